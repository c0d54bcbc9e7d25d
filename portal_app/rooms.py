"""The rooms that listen to what other rooms publish, and those that have work waiting. Importing them is what starts it."""


def listen() -> None:
    from .automations import listeners as automations
    from .customers import announcements, sign_up
    from .notifications import listeners as notifications

    assert all((announcements, automations, notifications, sign_up))
