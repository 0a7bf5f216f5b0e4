"""One national list of registered offenders whose whereabouts are unknown.

Each room decides one thing; README's map names them. Stages are pure functions of Arrow tables:
the same inputs in any order give the same bytes.
"""

import os

# Before Arrow is imported: its own pool keeps what was freed, which at a million records is a third of the memory, and
# takes pages so large that touching them first is dear.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
