"""A whole process, from the first question to the power, as staff set it up: what is asked where, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = tuple[str, str]  # English and Spanish
FLOW = "From sale to power"
REQUIRED, OPTIONAL, READ_ONLY = "Required", "Optional", "Read-only"


@dataclass(frozen=True)
class Question:
    kind: str
    words: Words
    choices: tuple[Words, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict)


QUESTIONS = {
    "owner": Question("Short text", ("Name on the bill", "Titular del recibo"), limits={"max_length": "120"}),
    "email": Question("E-mail address", ("E-mail for invoices", "Correo para las facturas")),
    "phone": Question("Phone number", ("Mobile phone", "Teléfono móvil"), limits={"country": "Spain"}),
    "address": Question("Postal address", ("Place of installation", "Lugar de la instalación"), limits={"country": "Spain"}),
    "roof": Question("One choice", ("Roof covering", "Cubierta"), (("Tiles", "Tejas"), ("Metal", "Chapa"))),
    "use": Question("Number", ("Yearly consumption", "Consumo anual"), limits={"unit": "kWh", "minimum": "500"}),
    "devices": Question("Several choices", ("What you plan", "Lo que piensas poner"),
                        (("Electric car", "Coche eléctrico"), ("Heat pump", "Bomba de calor"))),
    "wishes": Question("Long text", ("Wishes", "Deseos")),
    "bill": Question("One file", ("Last electricity bill", "Último recibo de la luz"), limits={"max_file_mb": "10"}),
    "tax": Question("Tax number", ("Tax number", "DNI o NIE"), limits={"country": "Spain"}),
    "born": Question("Date", ("Date of birth", "Fecha de nacimiento")),
    "income": Question("Amount of money", ("Monthly income", "Ingresos al mes")),
    "iban": Question("Bank account (IBAN)", ("Bank account", "Cuenta bancaria")),
    "permit": Question("Short text", ("State of the permit", "Estado de la licencia")),
    "scaffold": Question("Yes or no", ("Is there room for a scaffold?", "¿Hay sitio para un andamio?")),
    "photos": Question("Several files", ("Photos of the meter", "Fotos del contador"), limits={"max_file_mb": "10"}),
}

TERMS = {"Privacy": ("Privacy information", "Privacidad"), "Contract": ("Terms of the contract", "Condiciones")}


@dataclass(frozen=True)
class Step:
    """`actions`: what happens by itself, each a kind and what is written at its labels."""

    stage: Words
    name: Words
    description: Words
    view: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    ball: str = ""
    actions: tuple[tuple[str, Mapping[str, str]], ...] = ()


REQUEST, ROOF, OFFER = ("Request", "Solicitud"), ("Your roof", "Tu tejado"), ("Your offer", "Tu oferta")
PAPERS, POWER = ("Papers", "Papeles"), ("Power", "Energía")
REMINDER = {"E-mail": "Reminder of a step"}
AT_ONCE, LEAVING = {"When": "On entering"}, {"When": "On leaving"}
IN_THREE_DAYS = {"When": "Once, after a time here", "After": "3"}
EVERY_TWO_DAYS = {"When": "Again and again, until the step is done", "Every": "2", "At most, times (up to 20)": "3"}

TELL = Step(
    REQUEST, ("Tell us about your home", "Háblanos de tu casa"), ("It takes five minutes.", "Son cinco minutos."),
    "First documents",
    {"owner": REQUIRED, "phone": REQUIRED, "address": REQUIRED, "roof": REQUIRED, "use": REQUIRED, "devices": OPTIONAL,
     "wishes": OPTIONAL, "bill": REQUIRED}, ("Privacy",), actions=(("send_template", {**EVERY_TWO_DAYS, **REMINDER}),))
DRAW = Step(ROOF, ("Draw your roof", "Dibuja tu tejado"), ("On a picture from above.", "Sobre una foto aérea."), "Drawing",
            {"wishes": REQUIRED})
PLAN = Step(
    ROOF, ("We plan your system", "Diseñamos tu instalación"), ("We write to you.", "Te escribimos."),
    asks={"roof": READ_ONLY},
    actions=(("notify_staff", {**AT_ONCE, "Whom": "All colleagues", "What colleagues read": "Plan this roof"}),))
CHOOSE = Step(OFFER, ("Choose your offer", "Elige tu oferta"), ("Compare them in peace.", "Compáralas con calma."), "Offer",
              {"email": REQUIRED})
ORDER = Step(OFFER, ("Complete your order", "Completa tu pedido"), ("Only your number.", "Solo tu número."),
             "Documents for the offer", {"tax": REQUIRED, "owner": OPTIONAL, "address": READ_ONLY})
BANK = Step(PAPERS, ("Papers for the bank", "Papeles para el banco"), ("The bank asks.", "Los pide el banco."),
            "Documents for financing", {"born": REQUIRED, "income": REQUIRED, "iban": REQUIRED})
SIGN = Step(
    PAPERS, ("Your contract", "Tu contrato"), ("Read it at ease.", "Léelo con calma."), "Documents for the contract",
    {"iban": OPTIONAL, "tax": READ_ONLY}, ("Contract",),
    actions=(("set_field", {**LEAVING, "Field": QUESTIONS["permit"].words[0], "Value": "Asked for"}),))
INSTALL = Step(
    POWER, ("Prepare the installation", "Prepara la instalación"), ("Then we come.", "Después vamos."),
    "Documents for the installation", {"permit": READ_ONLY, "scaffold": REQUIRED, "photos": REQUIRED},
    actions=(("send_template", {**AT_ONCE, **REMINDER}),))
PERMIT = Step(
    PAPERS, ("The town hall checks the permit", "El ayuntamiento revisa la licencia"), ("It takes days.", "Tarda días."),
    ball="An authority", actions=(("call_webhook", {**AT_ONCE, "Webhook": "CRM"}),
                                  ("move", {**IN_THREE_DAYS, "To which substage": INSTALL.name[0]})))
DONE = Step(POWER, ("Your roof makes power", "Tu tejado da energía"), ("Enjoy the sun.", "Disfruta del sol."),
            "End of the process, success")
STEPS = (TELL, DRAW, PLAN, CHOOSE, ORDER, BANK, SIGN, PERMIT, INSTALL, DONE)

# What customers do (and that an offer is shared), and where it leads.
LEADS_TO = {
    "initial-documentation-submitted": DRAW, "drawing-submitted": PLAN, "offer-shared": CHOOSE, "accept-budget": ORDER,
    "decline-budget": PLAN, "offer-documentation-submitted": BANK, "financing-documentation-submitted": SIGN,
    "contracts-documentation-submitted": PERMIT, "installation-documentation-submitted": DONE,
}
MAILS = {"drawing-submitted": "Drawing received", "offer-shared": "Offer shared", "accept-budget": "Offer accepted"}
