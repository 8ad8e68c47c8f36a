import { defaultIntake, type IntakeChoices } from '../../app/reports/intake/intake-choices.ts'
import { UsageError } from './usage-error.ts'
import { countValue, formatSize, sizeValue, type ValueParser } from './values.ts'

/** An option that limits what an app takes of probes. */
interface IntakeOption {
  readonly key: keyof IntakeChoices
  readonly parse: ValueParser<number>
  readonly format: (value: number) => string
}

const counted = (key: keyof IntakeChoices, min: number, max: number): IntakeOption => ({
  key,
  parse: countValue(min, max),
  format: String,
})

const sized = (key: keyof IntakeChoices, minBytes: number, maxBytes: number): IntakeOption => ({
  key,
  parse: sizeValue(minBytes, maxBytes),
  format: formatSize,
})

const KB = 1024
const MB = 1024 * KB
/** A probe counts no more by itself, see `maxTallies` of its connections. */
const MOST_CONNECTIONS = defaultIntake.connections
/** Ids of nodes and addresses are up to 320 characters long. */
const LEAST_TEXT = 512
/** Probes cut texts to this length whatever an app takes. */
const MOST_TEXT = defaultIntake.textLength

/** The options by name, without dashes. */
export const intakeOptions: ReadonlyMap<string, IntakeOption> = new Map([
  ['app.max-probes', counted('probes', 1, 100_000)],
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
  [...intakeOptions].flatMap(([name, { key, format }]) =>
    choices[key] === defaultIntake[key] ? [] : [`--${name}=${format(choices[key])}`],
  )

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
