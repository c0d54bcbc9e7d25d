"""The rooms that listen to what other rooms publish, and those that have work waiting. Importing them is what starts it."""


def listen() -> None:
    from .automations import listeners as automations
    from .customers import announcements, sign_up
    from .documents import field_files
    from .messaging import account_mails, case_mails, document_mails
    from .notifications import listeners as notifications
    from .support import files as case_files

    # One name a line, so that two rooms that come at the same time do not meet.
    assert all((
        account_mails,
        announcements,
        automations,
        case_files,
        case_mails,
        document_mails,
        field_files,
        notifications,
        sign_up,
    ))
