import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { releasedVersions } from './readiness.ts'
import { versionedFiles, withReleased, withVersion } from './versions.ts'

/** A version cannot be prepared; the message says why. */
export class PrepareError extends Error {
  override readonly name = 'PrepareError'
}

/**
 * Writes a version wherever it is to be, and gives what is unreleased in the changelog its title. Nothing is committed.
 *
 * @param date of the release, such as `2026-01-31`
 * @returns the files that were written
 * @throws {PrepareError} when the changelog has that version already
 */
export const prepareVersion = async (
  root: string,
  version: string,
  date: string,
): Promise<readonly string[]> => {
  const read = (file: string) => readFile(join(root, file), 'utf8')
  const changelog = await read('CHANGELOG.md')
  if (releasedVersions(changelog).includes(version))
    throw new PrepareError(`CHANGELOG.md has a section "## ${version}" already`)
  const written = new Map([['CHANGELOG.md', withReleased(changelog, version, date)]])
  for (const file of ['package.json', ...versionedFiles])
    written.set(file, withVersion(file, await read(file), version))
  for (const [file, text] of written) await writeFile(join(root, file), text)
  return [...written.keys()]
}
