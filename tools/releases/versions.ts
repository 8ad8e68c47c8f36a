const OF_FILES = /(?<=\bscope-)\d[\w.-]*?(?=-linux-|-image-| \/opt)/g

/** Where the version is written besides `package.json`, each with what stands around it. */
const places: Readonly<Record<string, RegExp>> = {
  'package-lock.json': /(?<="name": "scope",\n\s+"version": ")[^"]+/g,
  scope: /(?<=^version=).+$/gm,
  Dockerfile: /(?<=^ARG VERSION=).+$/gm,
  'docs/deploying.md': OF_FILES,
  'test/e2e/story/told.ts': OF_FILES,
  'tools/deploy/compose.yaml': /(?<=\$\{SCOPE_IMAGE:-scope:)[^}]+/g,
  'tools/deploy/kubernetes.yaml': /(?<=image: scope:).+$/gm,
}

const PACKAGE = /(?<="name": "scope",\n\s+"version": ")[^"]+/g

/** Files that have the version. */
export const versionedFiles: readonly string[] = Object.keys(places)

/** What a file says that the version is. */
export interface StatedVersion {
  readonly file: string
  /** Undefined when it says none, or different ones. */
  readonly version: string | undefined
}

/** @param file one of {@link versionedFiles} */
export const statedVersion = (file: string, text: string): StatedVersion => {
  const [version, ...others] = new Set(text.match(placeIn(file)) ?? [])
  return { file, version: others.length === 0 ? version : undefined }
}

/**
 * Gives a file another version.
 *
 * @param file one of {@link versionedFiles}, or `package.json`
 */
export const withVersion = (file: string, text: string, version: string): string =>
  text.replace(placeIn(file), version)

/** Gives what is unreleased in a changelog the title of a version. @param date such as `2026-01-31` */
export const withReleased = (changelog: string, version: string, date: string): string =>
  changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} - ${date}`)

const placeIn = (file: string): RegExp => {
  const place = file === 'package.json' ? PACKAGE : places[file]
  if (place === undefined) throw new Error(`nothing is known of a version in ${file}`)
  return place
}
