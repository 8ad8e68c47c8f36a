import { defaultIntake, type IntakeChoices } from '../../../app/reports/intake/intake-choices.ts'
import { UsageError } from '../usage-error.ts'
import { counted, type NumberOptions, numberArguments, sized } from './number-options.ts'

const KB = 1024
const MB = 1024 * KB
/** A probe counts no more by itself, see `maxTallies` of its connections. */
const MOST_CONNECTIONS = defaultIntake.connections
/** Ids of nodes and addresses are up to 320 characters long. */
const LEAST_TEXT = 512
/** Probes cut texts to this length whatever an app takes. */
const MOST_TEXT = defaultIntake.textLength

/** The options that limit what an app takes of probes, by name, without dashes. */
export const intakeOptions: NumberOptions<IntakeChoices> = new Map([
  ['app.max-probes', counted<IntakeChoices>('probes', 1, 100_000)],
  ['app.max-body', sized('bodyBytes', 64 * KB, 256 * MB)],
  ['app.max-body-total', sized('bodyBytesInAll', 64 * KB, 4096 * MB)],
  ['app.max-expanded', sized('decodedBytes', 256 * KB, 1024 * MB)],
  ['app.max-expanded-total', sized('decodedBytesInAll', 256 * KB, 8192 * MB)],
  ['app.max-nodes', counted('nodes', 1, 100_000)],
  ['app.max-nodes-total', counted('nodesInAll', 1, 100_000_000)],
  ['app.max-connections', counted('connections', 1, MOST_CONNECTIONS)],
  ['app.max-connections-total', counted('connectionsInAll', 1, 100_000_000)],
  ['app.max-reports-total', sized('reportBytesInAll', 256 * KB, 1024 * 1024 * MB)],
  ['app.max-text', counted('textLength', LEAST_TEXT, MOST_TEXT)],
  ['app.max-posts', counted('postsPerSecond', 1, 1000)],
  ['app.max-posts-total', counted('postsPerSecondInAll', 1, 1_000_000)],
])

/** Formats choices as arguments of `scope app`. */
export const intakeArguments = (choices: IntakeChoices): string[] =>
  numberArguments(intakeOptions, choices, defaultIntake)

/** @throws {UsageError} when all together may have less than one may */
export const checkIntake = (choices: IntakeChoices): void => {
  for (const [name, { key, format }] of intakeOptions) {
    for (const inAll of [`${name}-total`, ...(key === 'decodedBytes' ? ['app.max-reports-total'] : [])]) {
      const total = intakeOptions.get(inAll)
      if (total === undefined || choices[key] <= choices[total.key]) continue
      throw new UsageError(
        `--${name}=${format(choices[key])} is more than --${inAll}=${format(choices[total.key])}: what all probes may have together must be enough for one`,
      )
    }
  }
}
