"""What an open page shows, with the words that staff have written since it was read.

    rewritten(part, words)     a part of a state (or a list of them) whose `id` is in `words`: what stands there counts
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex_base.utils.imports import ImportVar

from .beside import beside

_SCRIPT = beside(__name__, __file__, "rewritten.js").importable_path


def rewritten(part: Any, words: Any) -> Any:
    data = VarData.merge(part._get_all_var_data(), words._get_all_var_data(),
                         VarData(imports={_SCRIPT: [ImportVar(tag="rewritten")]}))
    return rx.Var(f"rewritten({part}, {words})", _var_type=part._var_type, _var_data=data).to(part._var_type)
