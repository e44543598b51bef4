"""Collect native findings while the readers run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.native import NativeFindings

if TYPE_CHECKING:
    from pkg_audit.facts.native import (
        Binary,
        CMakeProject,
        ExtensionDeclaration,
        MesonProject,
        NativeSource,
        PlatformTag,
        RustCrate,
        TagOption,
        TagOverride,
        WheelBuilder,
    )
    from pkg_audit.facts.place import Place, Unknown


class Builder:
    """Mutable twin of NativeFindings, passed to each reader."""

    def __init__(self) -> None:
        self.extensions: list[ExtensionDeclaration] = []
        self.opt_in: list[ExtensionDeclaration] = []
        self.opt_out: list[Place] = []
        self.pure_on: list[str] = []
        self.abi3_opt_in: list[Place] = []
        self.abi3_wheel: list[Place] = []
        self.abi3_unsure: list[Place] = []
        self.sources: tuple[NativeSource, ...] = ()
        self.unread: tuple[Unknown, ...] = ()
        self.binaries: tuple[Binary, ...] = ()
        self.crate: RustCrate | None = None
        self.cmake: CMakeProject | None = None
        self.meson: MesonProject | None = None
        self.platform_tags: list[PlatformTag] = []
        self.tag_options: list[TagOption] = []
        self.tag_overrides: list[TagOverride] = []
        self.wheel_builders: list[WheelBuilder] = []
        self.unknowns: list[Unknown] = []

    def add(self, extension: ExtensionDeclaration) -> None:
        """Add an extension of the default build."""
        self.extensions.append(extension)

    def unknown(self, unknown: Unknown) -> None:
        """Add a reason why the findings may be incomplete."""
        self.unknowns.append(unknown)

    def done(self) -> NativeFindings:
        """Freeze what was collected, each declaration once."""
        return NativeFindings(
            extensions=tuple(dict.fromkeys(self.extensions)),
            opt_in=tuple(dict.fromkeys(self.opt_in)),
            opt_out=tuple(dict.fromkeys(self.opt_out)),
            pure_on=tuple(dict.fromkeys(self.pure_on)),
            abi3_opt_in=tuple(dict.fromkeys(self.abi3_opt_in)),
            abi3_wheel=tuple(dict.fromkeys(self.abi3_wheel)),
            abi3_unsure=tuple(dict.fromkeys(self.abi3_unsure)),
            sources=self.sources,
            binaries=self.binaries,
            crate=self.crate,
            cmake=self.cmake,
            meson=self.meson,
            platform_tags=tuple(dict.fromkeys(self.platform_tags)),
            tag_options=tuple(dict.fromkeys(self.tag_options)),
            tag_overrides=tuple(dict.fromkeys(self.tag_overrides)),
            wheel_builders=tuple(dict.fromkeys(self.wheel_builders)),
            unknown=tuple(dict.fromkeys(self.unknowns)),
            unread=tuple(dict.fromkeys(self.unread)),
        )
