"""initial schema"""

import sqlalchemy as sa
from alembic import op

revision = "initial_schema"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_thing_id"), ["thing_id"], unique=False)

    op.create_table(
        "company",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("brand_color", sa.String(length=7), nullable=False),
        sa.Column("sun_color", sa.String(length=7), nullable=False),
        sa.Column("logo_key", sa.String(length=40), nullable=False),
        sa.Column("logo_type", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("default_language", sa.String(length=2), nullable=False),
        sa.Column("welcome", sa.JSON(), nullable=False),
        sa.Column("success_text", sa.JSON(), nullable=False),
        sa.Column("failure_text", sa.JSON(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("link_minutes", sa.Integer(), nullable=False),
        sa.Column("code_minutes", sa.Integer(), nullable=False),
        sa.Column("session_idle_hours", sa.Integer(), nullable=False),
        sa.Column("session_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "domain_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_event")),
    )
    with op.batch_alter_table("domain_event", schema=None) as batch_op:
        batch_op.create_index("ix_domain_event_latest", ["name", "happened_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_domain_event_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "email_template",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("use", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_email_template")),
    )
    op.create_table(
        "flow",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("public_name", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow")),
    )
    op.create_table(
        "mailbox_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("sender", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_message")),
    )
    with op.batch_alter_table("mailbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailbox_message_arrived_at"), ["arrived_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailbox_message_to_address"), ["to_address"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "sign_in_delay",
        sa.Column("pair_hmac", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pair_hmac", name=op.f("pk_sign_in_delay")),
    )
    with op.batch_alter_table("sign_in_delay", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_delay_next_at"), ["next_at"], unique=False)

    op.create_table(
        "staff_member",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_member_email")),
    )
    op.create_table(
        "action_list",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("trigger", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("flow_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["flow_id"], ["flow.id"], name=op.f("fk_action_list_flow_id_flow"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_list")),
        sa.UniqueConstraint("trigger", "scope", name=op.f("uq_action_list_trigger_scope")),
    )
    with op.batch_alter_table("action_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_list_flow_id"), ["flow_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("email", name=op.f("uq_contact_email")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_account_id"), ["account_id"], unique=False)

    op.create_table(
        "staff_reset_request",
        sa.Column("address_hmac", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_staff_reset_request_staff_id_staff_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_hmac", name=op.f("pk_staff_reset_request")),
    )
    with op.batch_alter_table("staff_reset_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_reset_request_requested_at"), ["requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_reset_request_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "staff_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_staff_token_staff_id_staff_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_token")),
    )
    with op.batch_alter_table("staff_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_token_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "stage",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("flow_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("public_name", sa.JSON(), nullable=False),
        sa.Column("public_description", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["flow_id"], ["flow.id"], name=op.f("fk_stage_flow_id_flow"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
    )
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stage_flow_id"), ["flow_id"], unique=False)

    op.create_table(
        "contact_word",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column(
            "word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_word_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "word", name=op.f("pk_contact_word")),
    )
    with op.batch_alter_table("contact_word", schema=None) as batch_op:
        batch_op.create_index("ix_contact_word", ["word", "contact_id"], unique=False)

    op.create_table(
        "login_code",
        sa.Column("address_hmac", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("code_hmac", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_login_code_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_hmac", name=op.f("pk_login_code")),
    )
    with op.batch_alter_table("login_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_code_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_code_requested_at"), ["requested_at"], unique=False)

    op.create_table(
        "login_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("leads_to", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_login_link_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_link")),
    )
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_link_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "portal_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_portal_session_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_portal_session_staff_id_staff_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_portal_session")),
        sa.UniqueConstraint("id", name=op.f("uq_portal_session_id")),
    )
    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_session_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "substage",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("stage_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("public_name", sa.JSON(), nullable=False),
        sa.Column("public_description", sa.JSON(), nullable=False),
        sa.Column("view_kind", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_substage_stage_id_stage"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substage")),
    )
    with op.batch_alter_table("substage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substage_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "action",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("list_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("template_key", sa.String(length=60), nullable=True),
        sa.Column("substage_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["action_list.id"], name=op.f("fk_action_list_id_action_list"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["substage_id"], ["substage.id"], name=op.f("fk_action_substage_id_substage"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_substage_id"), ["substage_id"], unique=False)

    op.create_table(
        "opportunity",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("flow_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("substage_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("lon_deg", sa.Float(), nullable=True),
        sa.Column("lat_deg", sa.Float(), nullable=True),
        sa.Column("search_text", sa.String(length=700), nullable=False),
        sa.Column("entered_substage_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_opportunity_account_id_account")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_opportunity_contact_id_contact")),
        sa.ForeignKeyConstraint(["flow_id"], ["flow.id"], name=op.f("fk_opportunity_flow_id_flow")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_member.id"], name=op.f("fk_opportunity_owner_id_staff_member")),
        sa.ForeignKeyConstraint(["substage_id"], ["substage.id"], name=op.f("fk_opportunity_substage_id_substage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
        sa.UniqueConstraint("number", name=op.f("uq_opportunity_number")),
    )
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opportunity_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opportunity_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opportunity_flow_id"), ["flow_id"], unique=False)
        batch_op.create_index("ix_opportunity_list_changed", ["changed_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_list_created", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_list_entered", ["entered_substage_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_owner_changed", ["owner_id", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_owner_created", ["owner_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_owner_entered", ["owner_id", "entered_substage_at", "id"], unique=False)
        batch_op.create_index(
            "ix_opportunity_owner_substage", ["owner_id", "substage_id", "entered_substage_at", "id"], unique=False
        )
        batch_op.create_index("ix_opportunity_substage_changed", ["substage_id", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_substage_created", ["substage_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_substage_entered", ["substage_id", "entered_substage_at", "id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("peak_power_wp", sa.Integer(), nullable=True),
        sa.Column("module_count", sa.Integer(), nullable=True),
        sa.Column("battery_wh", sa.Integer(), nullable=True),
        sa.Column("yearly_yield_low_kwh", sa.Integer(), nullable=True),
        sa.Column("yearly_yield_high_kwh", sa.Integer(), nullable=True),
        sa.Column("yearly_saving_cents", sa.BigInteger(), nullable=True),
        sa.Column("is_recommended", sa.Boolean(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_offer_opportunity_id_opportunity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("opportunity_id", "sequence", name=op.f("uq_offer_opportunity_id_sequence")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_index(
            "uq_offer_one_accepted",
            ["opportunity_id"],
            unique=True,
            sqlite_where=sa.text("status = 'accepted'"),
            postgresql_where=sa.text("status = 'accepted'"),
        )

    op.create_table(
        "offer_wish",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_offer_wish_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_offer_wish_opportunity_id_opportunity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_wish")),
    )
    with op.batch_alter_table("offer_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_wish_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "opportunity_word",
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column(
            "word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_opportunity_word_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("opportunity_id", "word", name=op.f("pk_opportunity_word")),
    )
    with op.batch_alter_table("opportunity_word", schema=None) as batch_op:
        batch_op.create_index("ix_opportunity_word", ["word", "opportunity_id"], unique=False)

    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("opportunity_id", sa.String(length=32), nullable=True),
        sa.Column("template_key", sa.String(length=60), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_outbox_mail_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_outbox_mail_opportunity_id_opportunity"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_mail_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index("ix_outbox_mail_due", ["status", "next_attempt_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_mail_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "roof",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planes", sa.JSON(), nullable=False),
        sa.Column("planes_hash", sa.String(length=64), nullable=False),
        sa.Column("plan_area_m2", sa.Float(), nullable=False),
        sa.Column("true_area_m2", sa.Float(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_roof_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_roof_opportunity_id_opportunity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roof")),
        sa.UniqueConstraint("opportunity_id", "version", name=op.f("uq_roof_opportunity_id_version")),
    )
    with op.batch_alter_table("roof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roof_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "roof_draft",
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("drawing", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["contact.id"], name=op.f("fk_roof_draft_changed_by_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_roof_draft_opportunity_id_opportunity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("opportunity_id", name=op.f("pk_roof_draft")),
    )
    op.create_table(
        "substage_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("from_substage_id", sa.String(length=32), nullable=True),
        sa.Column("to_substage_id", sa.String(length=32), nullable=True),
        sa.Column("to_stage_id", sa.String(length=32), nullable=True),
        sa.Column("to_name", sa.JSON(), nullable=False),
        sa.Column("moved_by_kind", sa.String(length=20), nullable=False),
        sa.Column("moved_by_id", sa.String(length=32), nullable=False),
        sa.Column("moved_by_name", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_substage_id"],
            ["substage.id"],
            name=op.f("fk_substage_change_from_substage_id_substage"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_substage_change_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_stage_id"], ["stage.id"], name=op.f("fk_substage_change_to_stage_id_stage"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["to_substage_id"], ["substage.id"], name=op.f("fk_substage_change_to_substage_id_substage"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substage_change")),
    )
    with op.batch_alter_table("substage_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substage_change_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_substage_change_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "offer_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_address", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("binding_text", sa.String(length=1000), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_offer_decision_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_decision_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_offer_decision_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_decision")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_offer_decision_offer_id")),
    )
    with op.batch_alter_table("offer_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_decision_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "offer_line",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("quantity_thousandths", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_rate_bp", sa.Integer(), nullable=False),
        sa.Column("discount_bp", sa.Integer(), nullable=False),
        sa.Column("discount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_line_offer_id_offer"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_line")),
    )
    with op.batch_alter_table("offer_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_line_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "offer_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_version_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_version")),
        sa.UniqueConstraint("offer_id", "version", name=op.f("uq_offer_version_offer_id_version")),
    )
    op.create_table(
        "offer_file",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("file_key", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_offer_file_version_id_offer_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "language", name=op.f("pk_offer_file")),
    )


def downgrade() -> None:
    op.drop_table("offer_file")
    op.drop_table("offer_version")
    with op.batch_alter_table("offer_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_line_offer_id"))

    op.drop_table("offer_line")
    with op.batch_alter_table("offer_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_decision_opportunity_id"))

    op.drop_table("offer_decision")
    with op.batch_alter_table("substage_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substage_change_opportunity_id"))
        batch_op.drop_index(batch_op.f("ix_substage_change_at"))

    op.drop_table("substage_change")
    op.drop_table("roof_draft")
    with op.batch_alter_table("roof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roof_opportunity_id"))

    op.drop_table("roof")
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_mail_opportunity_id"))
        batch_op.drop_index("ix_outbox_mail_due")
        batch_op.drop_index(batch_op.f("ix_outbox_mail_contact_id"))

    op.drop_table("outbox_mail")
    with op.batch_alter_table("opportunity_word", schema=None) as batch_op:
        batch_op.drop_index("ix_opportunity_word")

    op.drop_table("opportunity_word")
    with op.batch_alter_table("offer_wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_wish_opportunity_id"))

    op.drop_table("offer_wish")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_one_accepted",
            sqlite_where=sa.text("status = 'accepted'"),
            postgresql_where=sa.text("status = 'accepted'"),
        )
        batch_op.drop_index(batch_op.f("ix_offer_opportunity_id"))

    op.drop_table("offer")
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.drop_index("ix_opportunity_substage_entered")
        batch_op.drop_index("ix_opportunity_substage_created")
        batch_op.drop_index("ix_opportunity_substage_changed")
        batch_op.drop_index("ix_opportunity_owner_substage")
        batch_op.drop_index("ix_opportunity_owner_entered")
        batch_op.drop_index("ix_opportunity_owner_created")
        batch_op.drop_index("ix_opportunity_owner_changed")
        batch_op.drop_index("ix_opportunity_list_entered")
        batch_op.drop_index("ix_opportunity_list_created")
        batch_op.drop_index("ix_opportunity_list_changed")
        batch_op.drop_index(batch_op.f("ix_opportunity_flow_id"))
        batch_op.drop_index(batch_op.f("ix_opportunity_contact_id"))
        batch_op.drop_index(batch_op.f("ix_opportunity_account_id"))

    op.drop_table("opportunity")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_substage_id"))
        batch_op.drop_index(batch_op.f("ix_action_list_id"))

    op.drop_table("action")
    with op.batch_alter_table("substage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substage_stage_id"))

    op.drop_table("substage")
    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_session_staff_id"))
        batch_op.drop_index(batch_op.f("ix_portal_session_expires_at"))
        batch_op.drop_index(batch_op.f("ix_portal_session_contact_id"))

    op.drop_table("portal_session")
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_link_contact_id"))

    op.drop_table("login_link")
    with op.batch_alter_table("login_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_code_requested_at"))
        batch_op.drop_index(batch_op.f("ix_login_code_contact_id"))

    op.drop_table("login_code")
    with op.batch_alter_table("contact_word", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_word")

    op.drop_table("contact_word")
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stage_flow_id"))

    op.drop_table("stage")
    with op.batch_alter_table("staff_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_token_staff_id"))

    op.drop_table("staff_token")
    with op.batch_alter_table("staff_reset_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_reset_request_staff_id"))
        batch_op.drop_index(batch_op.f("ix_staff_reset_request_requested_at"))

    op.drop_table("staff_reset_request")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_account_id"))

    op.drop_table("contact")
    with op.batch_alter_table("action_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_list_flow_id"))

    op.drop_table("action_list")
    op.drop_table("staff_member")
    with op.batch_alter_table("sign_in_delay", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_delay_next_at"))

    op.drop_table("sign_in_delay")
    op.drop_table("number_series")
    with op.batch_alter_table("mailbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailbox_message_to_address"))
        batch_op.drop_index(batch_op.f("ix_mailbox_message_arrived_at"))

    op.drop_table("mailbox_message")
    op.drop_table("flow")
    op.drop_table("email_template")
    with op.batch_alter_table("domain_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_domain_event_opportunity_id"))
        batch_op.drop_index("ix_domain_event_latest")

    op.drop_table("domain_event")
    op.drop_table("company")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_thing_id"))
        batch_op.drop_index(batch_op.f("ix_audit_at"))
        batch_op.drop_index(batch_op.f("ix_audit_actor_id"))

    op.drop_table("audit")
    op.drop_table("account")
