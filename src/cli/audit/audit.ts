import { parseArgs } from 'node:util'
import { newestEntries } from '../../audit/files/newest.ts'
import { verifyChain } from '../../audit/files/verify.ts'
import { auditPath } from '../../audit/places.ts'
import { errorCode } from '../../log/error-code.ts'
import { CommandError, exitCode, UsageError } from '../options/usage-error.ts'
import { describeEntries, describeVerification } from './describe.ts'

/** What `scope audit` prints, and how it ends. */
export interface AuditAnswer {
  readonly text: string
  readonly code: number
}

const DEFAULT_ENTRIES = 50
const MAX_ENTRIES = 100_000

/**
 * Shows the audit log of the app, or of the probe, or verifies it.
 *
 * @throws {UsageError}
 * @throws {CommandError} when the files cannot be read
 */
export function runAudit(stateDir: string, args: readonly string[]): AuditAnswer {
  const { verify, json, probe, entries } = parse(args)
  const path = probe ? auditPath.probe(stateDir) : auditPath.app(stateDir)
  if (verify) {
    const found = read(() => verifyChain(path))
    const text = json ? JSON.stringify(found, null, 2) : describeVerification(found, path)
    return { text, code: found.breakCount === 0 ? exitCode.ok : exitCode.failed }
  }
  const newest = read(() => newestEntries(path, entries))
  const text = json ? JSON.stringify({ entries: newest }, null, 2) : describeEntries(newest, path)
  return { text, code: exitCode.ok }
}

function read<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    throw new CommandError(`cannot read the audit log: ${(cause as Error).message}`, { cause })
  }
}

interface AuditArguments {
  readonly verify: boolean
  readonly json: boolean
  readonly probe: boolean
  readonly entries: number
}

function parse(args: readonly string[]): AuditArguments {
  const { values } = parsedBy(args)
  const { verify = false, json = false, probe = false, n } = values
  if (n !== undefined && verify) throw new UsageError('-n has no use with --verify, which reads all entries')
  const entries = n === undefined ? DEFAULT_ENTRIES : /^\d{1,6}$/.test(n) ? Number(n) : 0
  if (entries < 1 || entries > MAX_ENTRIES)
    throw new UsageError(`-n ${n}: use a number from 1 to ${MAX_ENTRIES}`)
  return { verify, json, probe, entries }
}

function parsedBy(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        verify: { type: 'boolean' },
        json: { type: 'boolean' },
        probe: { type: 'boolean' },
        n: { type: 'string', short: 'n' },
      },
    })
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message} of "scope audit"; allowed: --verify, --json, --probe, -n N`,
    )
  }
}
