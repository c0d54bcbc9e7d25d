"""The rooms that listen to what other rooms publish. Importing them is what makes them listen."""


def listen() -> None:
    from .automations import listeners as automations
    from .notifications import listeners as notifications

    assert automations, notifications
