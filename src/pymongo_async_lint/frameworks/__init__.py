"""Declarations of how frameworks name routes, dependencies, lifespans and requests. Data only: link reads it."""

from pymongo_async_lint.frameworks.declarations import (
    APPLICATION_CLASSES,
    DEPENDS,
    FRAMEWORKS,
    MIDDLEWARE_CLASSES,
    PACKAGES,
    RESPONSES,
    Framework,
    Role,
    Sender,
    framework_of,
    holder_of,
)

__all__ = [
    "APPLICATION_CLASSES",
    "DEPENDS",
    "FRAMEWORKS",
    "MIDDLEWARE_CLASSES",
    "PACKAGES",
    "RESPONSES",
    "Framework",
    "Role",
    "Sender",
    "framework_of",
    "holder_of",
]
