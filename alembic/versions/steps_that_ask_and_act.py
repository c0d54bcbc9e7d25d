"""steps that ask and act"""

import sqlalchemy as sa
from alembic import op

revision = "steps_that_ask_and_act"
down_revision = "whole_names_are_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_draft",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("future_id", sa.String(length=32), nullable=False),
        sa.Column("type_id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=140), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "case_id", name=op.f("pk_case_draft")),
    )
    op.create_table(
        "case_number_series",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_case_number_series")),
    )
    op.create_table(
        "case_type",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("hint", sa.JSON(), nullable=False),
        sa.Column("due_hours", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_type")),
    )
    op.create_table(
        "condition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
    )
    op.create_table(
        "dynamic_field",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("help", sa.JSON(), nullable=False),
        sa.Column("group_name", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dynamic_field")),
    )
    op.create_table(
        "sign_up_request",
        sa.Column("address_hmac", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("address_hmac", name=op.f("pk_sign_up_request")),
    )
    with op.batch_alter_table("sign_up_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_up_request_requested_at"), ["requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_up_request_token_hash"), ["token_hash"], unique=False)

    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("tells_contact", sa.Boolean(), nullable=False),
        sa.Column("nonce", sa.String(length=43), nullable=False),
        sa.Column("old_nonce", sa.String(length=43), nullable=False),
        sa.Column("old_nonce_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_off_because", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "condition_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("condition_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_condition_version_condition_id_condition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_version")),
        sa.UniqueConstraint("condition_id", "number", name=op.f("uq_condition_version_condition_id_number")),
    )
    with op.batch_alter_table("condition_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_condition_version_condition_id"), ["condition_id"], unique=False)

    op.create_table(
        "notification_choice",
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_notification_choice_staff_id_staff_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "kind", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "notification_reach",
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("follows_all", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_notification_reach_staff_id_staff_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_notification_reach")),
    )
    op.create_table(
        "announcement",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_announcement_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_announcement")),
    )
    op.create_table(
        "consent_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("words_hash", sa.String(length=64), nullable=False),
        sa.Column("client_address", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_consent_entry_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_entry")),
    )
    with op.batch_alter_table("consent_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_entry_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "contact_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("attribute", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=300), nullable=False),
        sa.Column("after", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_change_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_change")),
    )
    with op.batch_alter_table("contact_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_change_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "email_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("old_email", sa.String(length=254), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=False),
        sa.Column("old_token_hash", sa.String(length=64), nullable=False),
        sa.Column("new_token_hash", sa.String(length=64), nullable=False),
        sa.Column("old_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_email_change_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
        sa.UniqueConstraint("new_token_hash", name=op.f("uq_email_change_new_token_hash")),
        sa.UniqueConstraint("old_token_hash", name=op.f("uq_email_change_old_token_hash")),
    )
    with op.batch_alter_table("email_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_change_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_email_change_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "substage_condition",
        sa.Column("substage_id", sa.String(length=32), nullable=False),
        sa.Column("condition_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_substage_condition_condition_id_condition")
        ),
        sa.ForeignKeyConstraint(
            ["substage_id"], ["substage.id"], name=op.f("fk_substage_condition_substage_id_substage"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("substage_id", "condition_id", name=op.f("pk_substage_condition")),
    )
    op.create_table(
        "substage_field",
        sa.Column("substage_id", sa.String(length=32), nullable=False),
        sa.Column("field_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_read_only", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["dynamic_field.id"], name=op.f("fk_substage_field_field_id_dynamic_field")),
        sa.ForeignKeyConstraint(
            ["substage_id"], ["substage.id"], name=op.f("fk_substage_field_substage_id_substage"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("substage_id", "field_id", name=op.f("pk_substage_field")),
    )
    op.create_table(
        "action_trouble",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_action_trouble_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_trouble")),
    )
    with op.batch_alter_table("action_trouble", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_trouble_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("field_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["dynamic_field.id"], name=op.f("fk_answer_field_id_dynamic_field")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_answer_opportunity_id_opportunity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("opportunity_id", "field_id", name=op.f("pk_answer")),
    )
    op.create_table(
        "answer_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("field_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed_by_kind", sa.String(length=20), nullable=False),
        sa.Column("changed_by_id", sa.String(length=32), nullable=False),
        sa.Column("changed_by_name", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["dynamic_field.id"], name=op.f("fk_answer_change_field_id_dynamic_field")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_answer_change_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_change")),
    )
    with op.batch_alter_table("answer_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_change_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "answer_draft",
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("field_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["dynamic_field.id"], name=op.f("fk_answer_draft_field_id_dynamic_field")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_answer_draft_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("opportunity_id", "field_id", name=op.f("pk_answer_draft")),
    )
    op.create_table(
        "condition_acceptance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("condition_id", sa.String(length=32), nullable=False),
        sa.Column("condition_version_id", sa.String(length=32), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("substage_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("client_address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_condition_acceptance_condition_id_condition")
        ),
        sa.ForeignKeyConstraint(
            ["condition_version_id"],
            ["condition_version.id"],
            name=op.f("fk_condition_acceptance_condition_version_id_condition_version"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_condition_acceptance_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_condition_acceptance_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_acceptance")),
    )
    with op.batch_alter_table("condition_acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_condition_acceptance_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("ref_id", sa.String(length=32), nullable=False),
        sa.Column("folder", sa.String(length=20), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content_key", sa.String(length=40), nullable=False),
        sa.Column("thumbnail_key", sa.String(length=40), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("scan", sa.String(length=10), nullable=False),
        sa.Column("scan_tries", sa.Integer(), nullable=False),
        sa.Column("scan_next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.String(length=10), nullable=False),
        sa.Column("review_reason", sa.String(length=500), nullable=False),
        sa.Column("reviewed_by", sa.String(length=120), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uploaded_by_kind", sa.String(length=20), nullable=False),
        sa.Column("uploaded_by_id", sa.String(length=32), nullable=False),
        sa.Column("uploaded_by_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_document_account_id_account")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_document_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_document_opportunity_id_opportunity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("content_key", name=op.f("uq_document_content_key")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_account", ["account_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_document_opportunity", ["opportunity_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_document_ref", ["ref_id", "purpose"], unique=False)
        batch_op.create_index("ix_document_scan", ["scan", "scan_next_at"], unique=False)

    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_key", sa.String(length=60), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=True),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_notification_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_notification_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_notification_staff_id_staff_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("ix_notification_at", ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notification_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index("ix_notification_inbox", ["staff_id", "is_shown", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notification_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_index("ix_notification_unread", ["staff_id", "is_shown", "read_at", "at"], unique=False)

    op.create_table(
        "planned_action",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("action_id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("is_repeated", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_planned_action_action_id_action"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_planned_action_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_action")),
    )
    with op.batch_alter_table("planned_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_action_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_planned_action_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_planned_action_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "step_submission",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=False),
        sa.Column("substage_id", sa.String(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("is_again", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_step_submission_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_step_submission_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_submission")),
    )
    with op.batch_alter_table("step_submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_submission_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "support_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("type_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=140), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("assignee_id", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_support_case_account_id_account")),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff_member.id"], name=op.f("fk_support_case_assignee_id_staff_member")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_support_case_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_support_case_opportunity_id_opportunity"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["type_id"], ["case_type.id"], name=op.f("fk_support_case_type_id_case_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_case")),
        sa.UniqueConstraint("number", name=op.f("uq_support_case_number")),
    )
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.create_index("ix_support_case_account_changed", ["account_id", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_support_case_assignee_changed", ["assignee_id", "state", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_support_case_assignee_due", ["assignee_id", "state", "due_at", "id"], unique=False)
        batch_op.create_index(
            "ix_support_case_assignee_type_changed", ["assignee_id", "type_id", "state", "changed_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_support_case_assignee_type_due", ["assignee_id", "type_id", "state", "due_at", "id"], unique=False
        )
        batch_op.create_index("ix_support_case_contact_changed", ["contact_id", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_support_case_opportunity_changed", ["opportunity_id", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_support_case_state_changed", ["state", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_support_case_state_due", ["state", "due_at", "id"], unique=False)
        batch_op.create_index("ix_support_case_type_changed", ["type_id", "state", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_support_case_type_due", ["type_id", "state", "due_at", "id"], unique=False)

    op.create_table(
        "webhook_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("opportunity_id", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoint.id"],
            name=op.f("fk_webhook_message_endpoint_id_webhook_endpoint"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_webhook_message_opportunity_id_opportunity"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_message")),
    )
    with op.batch_alter_table("webhook_message", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_message_due", ["status", "next_attempt_at"], unique=False)
        batch_op.create_index("ix_webhook_message_latest", ["endpoint_id", "created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_webhook_message_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "case_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("author_kind", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_case_message_case_id_support_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_case_message_document_id_document"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_message")),
    )
    with op.batch_alter_table("case_message", schema=None) as batch_op:
        batch_op.create_index("ix_case_message_case", ["case_id", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_message_document_id"), ["document_id"], unique=False)

    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["webhook_message.id"],
            name=op.f("fk_webhook_attempt_message_id_webhook_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    with op.batch_alter_table("webhook_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_attempt_message_id"), ["message_id"], unique=False)

    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moment", sa.String(length=10), server_default="", nullable=False))
        batch_op.add_column(sa.Column("detail", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reactivation_is_open", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
        )
        batch_op.add_column(sa.Column("sign_up_is_open", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("customer_edits", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("consent_text", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("consent_channels", sa.JSON(), server_default='["email", "phone"]', nullable=False))

    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("step_sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("asked_again", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("viewer_id", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_portal_session_viewer_id_staff_member"), "staff_member", ["viewer_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("substage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ball", sa.String(length=20), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("substage", schema=None) as batch_op:
        batch_op.drop_column("ball")

    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_portal_session_viewer_id_staff_member"), type_="foreignkey")
        batch_op.drop_column("viewer_id")

    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.drop_column("asked_again_at")
        batch_op.drop_column("asked_again")
        batch_op.drop_column("step_sent_at")

    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_column("consent_channels")
        batch_op.drop_column("consent_text")
        batch_op.drop_column("customer_edits")
        batch_op.drop_column("sign_up_is_open")
        batch_op.drop_column("reactivation_is_open")

    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_column("detail")
        batch_op.drop_column("moment")

    with op.batch_alter_table("webhook_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_attempt_message_id"))

    op.drop_table("webhook_attempt")
    with op.batch_alter_table("case_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_message_document_id"))
        batch_op.drop_index("ix_case_message_case")

    op.drop_table("case_message")
    with op.batch_alter_table("webhook_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_message_opportunity_id"))
        batch_op.drop_index("ix_webhook_message_latest")
        batch_op.drop_index("ix_webhook_message_due")

    op.drop_table("webhook_message")
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.drop_index("ix_support_case_type_due")
        batch_op.drop_index("ix_support_case_type_changed")
        batch_op.drop_index("ix_support_case_state_due")
        batch_op.drop_index("ix_support_case_state_changed")
        batch_op.drop_index("ix_support_case_opportunity_changed")
        batch_op.drop_index("ix_support_case_contact_changed")
        batch_op.drop_index("ix_support_case_assignee_type_due")
        batch_op.drop_index("ix_support_case_assignee_type_changed")
        batch_op.drop_index("ix_support_case_assignee_due")
        batch_op.drop_index("ix_support_case_assignee_changed")
        batch_op.drop_index("ix_support_case_account_changed")

    op.drop_table("support_case")
    with op.batch_alter_table("step_submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_submission_opportunity_id"))

    op.drop_table("step_submission")
    with op.batch_alter_table("planned_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_planned_action_opportunity_id"))
        batch_op.drop_index(batch_op.f("ix_planned_action_due_at"))
        batch_op.drop_index(batch_op.f("ix_planned_action_action_id"))

    op.drop_table("planned_action")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_unread")
        batch_op.drop_index(batch_op.f("ix_notification_opportunity_id"))
        batch_op.drop_index("ix_notification_inbox")
        batch_op.drop_index(batch_op.f("ix_notification_contact_id"))
        batch_op.drop_index("ix_notification_at")

    op.drop_table("notification")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index("ix_document_scan")
        batch_op.drop_index("ix_document_ref")
        batch_op.drop_index("ix_document_opportunity")
        batch_op.drop_index("ix_document_account")

    op.drop_table("document")
    with op.batch_alter_table("condition_acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_condition_acceptance_opportunity_id"))

    op.drop_table("condition_acceptance")
    op.drop_table("answer_draft")
    with op.batch_alter_table("answer_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_change_opportunity_id"))

    op.drop_table("answer_change")
    op.drop_table("answer")
    with op.batch_alter_table("action_trouble", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_trouble_opportunity_id"))

    op.drop_table("action_trouble")
    op.drop_table("substage_field")
    op.drop_table("substage_condition")
    with op.batch_alter_table("email_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_email_change_expires_at"))
        batch_op.drop_index(batch_op.f("ix_email_change_contact_id"))

    op.drop_table("email_change")
    with op.batch_alter_table("contact_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_change_contact_id"))

    op.drop_table("contact_change")
    with op.batch_alter_table("consent_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_entry_contact_id"))

    op.drop_table("consent_entry")
    op.drop_table("announcement")
    op.drop_table("notification_reach")
    op.drop_table("notification_choice")
    with op.batch_alter_table("condition_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_condition_version_condition_id"))

    op.drop_table("condition_version")
    op.drop_table("webhook_endpoint")
    with op.batch_alter_table("sign_up_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_up_request_token_hash"))
        batch_op.drop_index(batch_op.f("ix_sign_up_request_requested_at"))

    op.drop_table("sign_up_request")
    op.drop_table("dynamic_field")
    op.drop_table("condition")
    op.drop_table("case_type")
    op.drop_table("case_number_series")
    op.drop_table("case_draft")
