import { checkout } from '../../checkout.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { appArguments, probeArguments } from '../options/part-arguments.ts'
import { tokenInFile } from '../parts/service-token.ts'
import { ownAppUrl, probeTargets } from './app-urls.ts'

/** Shell commands that run in the foreground what `scope launch` would run in the background, one per part. */
export function commandLines(
  stateDir: string,
  { options, peers }: Pick<ParsedOptions, 'options' | 'peers'>,
): string[] {
  const ofProbe = tokenInFile(options, stateDir)
  const own = options.app ? ownAppUrl(options) : undefined
  const lines: string[][] = []
  if (options.app) lines.push(['app', ...appArguments(options)])
  if (options.probe) lines.push(['probe', ...probeArguments(ofProbe, probeTargets(own, peers, options))])
  return lines.map((words) =>
    [`SCOPE_STATE_DIR=${shellWord(stateDir)}`, ...[checkout.launcher, ...words].map(shellWord)].join(' '),
  )
}

/** Writes a word as a POSIX shell reads it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
