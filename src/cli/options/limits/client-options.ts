import { type ClientChoices, defaultClients } from '../../../app/client-choices.ts'
import { UsageError } from '../usage-error.ts'
import { counted, type NumberOptions, numberArguments, sized } from './number-options.ts'

const MB = 1024 * 1024

/** The options that limit what clients may take of an app, by name, without dashes. */
export const clientOptions: NumberOptions<ClientChoices> = new Map([
  ['app.max-clients-per-address', counted<ClientChoices>('connectionsPerAddress', 1, 100_000)],
  ['app.max-uploads', counted('uploads', 1, 10_000)],
  ['app.max-uploads-per-address', counted('uploadsPerAddress', 1, 10_000)],
  ['app.max-sockets', counted('sockets', 1, 100_000)],
  ['app.max-sockets-per-address', counted('socketsPerAddress', 1, 100_000)],
  ['app.max-terminals', counted('terminals', 1, 10_000)],
  ['app.max-terminals-per-user', counted('terminalsPerUser', 1, 10_000)],
  ['app.max-sending', sized('sendingBytes', MB, 8192 * MB)],
])

/** Formats choices as arguments of `scope app`. */
export const clientArguments = (choices: ClientChoices): string[] =>
  numberArguments(clientOptions, choices, defaultClients)

/** Of each pair, the first may not be more than the second. */
const WITHIN = [
  ['app.max-uploads-per-address', 'app.max-uploads'],
  ['app.max-sockets-per-address', 'app.max-sockets'],
  ['app.max-sockets-per-address', 'app.max-clients-per-address'],
  ['app.max-terminals-per-user', 'app.max-terminals'],
] as const

/** @throws {UsageError} when one client may take more than all together may */
export const checkClients = (choices: ClientChoices): void => {
  for (const [of, inAll] of WITHIN) {
    const [one, all] = [clientOptions.get(of), clientOptions.get(inAll)]
    if (one === undefined || all === undefined || choices[one.key] <= choices[all.key]) continue
    throw new UsageError(
      `--${of}=${one.format(choices[one.key])} is more than --${inAll}=${all.format(choices[all.key])}: it can be no more than that`,
    )
  }
}
