"""What signing in needs to know of a contact. The room of customers is higher than this one, so its table is named here
instead of imported; a test compares the two."""

from sqlalchemy import Boolean, String, column, table

contact = table(
    "contact",
    column("id", String), column("account_id", String), column("email", String), column("name", String),
    column("language", String), column("is_active", Boolean),
)
