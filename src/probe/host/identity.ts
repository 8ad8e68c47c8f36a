import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Who this host is on the map. */
export interface HostIdentity {
  /** Unique among hosts; the stem of the ids of all that is on this host. */
  readonly id: string
  /** What people read. */
  readonly name: string
}

/** Where the identity is read from. */
export interface IdentitySource {
  /** Mount point of the host's proc file system. */
  readonly procRoot: string
  readonly env: Readonly<Record<string, string | undefined>>
  /**
   * Files that may hold the machine id, the first with a valid one wins. By default the one of the host's init (which
   * is the host's also for a probe in a container that shares the host's pids), then this file system's own.
   */
  readonly machineIdPaths?: readonly string[]
}

// The delimiter of node ids, and what no terminal or page should be made to show.
const UNFIT_FOR_ID = /[;\p{Cc}\p{Zs}]/u
const MAX_NAME_LENGTH = 253

const readTrimmed = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // Absent or unreadable is an ordinary case here: the next source is tried.
    return undefined
  }
}

const firstMatch = (paths: readonly string[], pattern: RegExp): string | undefined => {
  for (const path of paths) {
    const text = readTrimmed(path)
    if (text !== undefined && pattern.test(text)) return text
  }
  return undefined
}

const chosenName = (env: IdentitySource['env']): string | undefined => {
  const chosen = env.SCOPE_HOSTNAME?.trim()
  if (chosen === undefined || chosen === '') return undefined
  if (chosen.length > MAX_NAME_LENGTH || UNFIT_FOR_ID.test(chosen)) {
    throw new Error(
      `SCOPE_HOSTNAME is not usable as a host name: give at most ${MAX_NAME_LENGTH} characters without spaces, control characters or ";"`,
    )
  }
  return chosen
}

/**
 * The identity of this host: `SCOPE_HOSTNAME` as id and name when it is set, else the host name with
 * `<hostname>~<8 hex digits of SHA-256(machine-id)>` as id.
 *
 * A machine without a valid machine-id (as in many minimal images) is told apart by its boot id instead: the id then
 * stays the same until the next boot. Without that, too, it rests on the host name alone.
 *
 * @throws Error when `SCOPE_HOSTNAME` holds what an id must not
 */
export const hostIdentity = (source: IdentitySource): HostIdentity => {
  const chosen = chosenName(source.env)
  if (chosen !== undefined) return { id: chosen, name: chosen }
  const { procRoot } = source
  const name = readTrimmed(join(procRoot, 'sys/kernel/hostname')) || hostname()
  const machine =
    firstMatch(
      source.machineIdPaths ?? [
        join(procRoot, '1/root/etc/machine-id'),
        '/etc/machine-id',
        '/var/lib/dbus/machine-id',
      ],
      /^[0-9a-f]{32}$/,
    ) ??
    firstMatch([join(procRoot, 'sys/kernel/random/boot_id')], /^[0-9a-f-]{36}$/) ??
    name
  return { id: `${name}~${createHash('sha256').update(machine).digest('hex').slice(0, 8)}`, name }
}
