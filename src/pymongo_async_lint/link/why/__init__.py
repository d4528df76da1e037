"""What the expressions of a line are, how that is known, and where a chain breaks."""

from pymongo_async_lint.link.why.explainer import Explainer
from pymongo_async_lint.link.why.records import Break, Cause, Explanation, Inspection, Reading, Step

__all__ = ["Break", "Cause", "Explainer", "Explanation", "Inspection", "Reading", "Step"]
