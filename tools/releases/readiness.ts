import type { StatedVersion } from './versions.ts'

/** What a checkout says of itself before it is released. */
export interface CheckoutFacts {
  /** Version in `package.json`. */
  readonly version: string
  /** What other files say that it is. */
  readonly versions: readonly StatedVersion[]
  readonly changelog: string
  /** Output of `git status --porcelain`. */
  readonly changes: string
  /** Commit of the tag `vVERSION`; undefined when there is no such tag. */
  readonly taggedCommit: string | undefined
  /** Commit that is checked out. */
  readonly commit: string
}

const MOST_FILES = 5

/** Why a checkout must not be released; empty when it may be. Each line says what to do. */
export const objections = (facts: CheckoutFacts): readonly string[] => {
  const { version, versions, changelog, changes, taggedCommit, commit } = facts
  const found: string[] = []
  const files = changes.split('\n').filter(Boolean)
  if (files.length > 0)
    found.push(
      `the checkout has changes that are not committed, so nobody could make this release again; commit or remove them:\n${listed(files)}`,
    )
  for (const stated of versions)
    if (stated.version !== version)
      found.push(
        `${stated.file} says ${stated.version ?? 'no version, or several'}, and package.json ${version}; "tools/release --prepare=VERSION" writes it everywhere`,
      )
  if (!releasedVersions(changelog).includes(version))
    found.push(
      `CHANGELOG.md has no section "## ${version}"; "tools/release --prepare=VERSION" gives what is under "## Unreleased" such a title`,
    )
  if (taggedCommit !== undefined && taggedCommit !== commit)
    found.push(
      `v${version} is the tag of ${taggedCommit.slice(0, 12)} already, and this is ${commit.slice(0, 12)}; choose the next version`,
    )
  return found
}

const listed = (files: readonly string[]): string => {
  const more = files.length - MOST_FILES
  const shown = files.slice(0, MOST_FILES).map((line) => `  ${line}`)
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n')
}

/** Versions with a section of their own in a changelog: `## 1.2.3`, `## [1.2.3] - 2026-01-31`. */
export const releasedVersions = (changelog: string): readonly string[] =>
  [...changelog.matchAll(/^## \[?(\d+\.\d+\.\d+[\w.+-]*)\]?(?:[ \t].*)?$/gm)].map(
    ([, version]) => version ?? '',
  )
