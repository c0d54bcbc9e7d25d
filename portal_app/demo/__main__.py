"""`python -m portal_app.demo offers`: resets the demonstration to a scenario, as the portal's own configuration says."""

import json
import sys

from ..config import settings
from .scenarios import SCENARIOS, reset

if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "full"
    if not settings.is_demo:
        sys.exit("This is no demonstration: nothing was changed")
    if wanted not in SCENARIOS:
        sys.exit(f"Scenarios: {', '.join(SCENARIOS)}")
    print(json.dumps(reset(wanted), indent=2, ensure_ascii=False))
