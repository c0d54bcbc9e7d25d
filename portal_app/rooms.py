"""The rooms that listen to what other rooms publish, and those that have work waiting. Importing them is what starts it."""


def listen() -> None:
    from .automations import listeners as automations
    from .customers import announcements, sign_up
    from .documents import field_files
    from .messaging import document_mails
    from .notifications import listeners as notifications

    assert all((announcements, automations, document_mails, field_files, notifications, sign_up))
