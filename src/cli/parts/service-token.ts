import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeError } from '../../log/log.ts'
import { replaceFile } from '../../state/create-once.ts'
import type { ScopeOptions } from '../options/options.ts'
import { serviceTokenValue } from '../options/service-choices.ts'
import { CommandError } from '../options/usage-error.ts'

/** The options with the token of a service in a file of the state directory, whether or not it is there yet. */
export const tokenInFile = (options: ScopeOptions, stateDir: string): ScopeOptions =>
  options.serviceToken === undefined
    ? options
    : { ...options, serviceToken: undefined, serviceTokenFile: join(stateDir, 'service-token') }

/**
 * Writes the token of a service into a file (mode 0600) of the state directory, from which the probe reads it: other users can
 * read the arguments of a process.
 *
 * @returns the options with that file instead of the token
 */
export const keepServiceToken = async (options: ScopeOptions, stateDir: string): Promise<ScopeOptions> => {
  const kept = tokenInFile(options, stateDir)
  if (options.serviceToken !== undefined && kept.serviceTokenFile !== undefined)
    await replaceFile(kept.serviceTokenFile, `${options.serviceToken}\n`)
  return kept
}

/**
 * The token of a service; undefined when none is asked for.
 *
 * @throws {CommandError} when its file cannot be read or has no token
 */
export const serviceTokenOf = ({
  serviceToken,
  serviceTokenFile,
}: Pick<ScopeOptions, 'serviceToken' | 'serviceTokenFile'>): string | undefined => {
  if (serviceTokenFile === undefined) return serviceToken
  try {
    return serviceTokenValue(readFileSync(serviceTokenFile, 'utf8').trim(), serviceTokenFile)
  } catch (cause) {
    throw new CommandError(`the token of the service cannot be read: ${describeError(cause)}`, { cause })
  }
}
