import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** The identity of this host on the map. */
export interface HostIdentity {
  /** Unique among hosts; part of the ids of everything on this host. */
  readonly id: string
  /** The name for display. */
  readonly name: string
}

/** Where the identity is read from. */
export interface IdentitySource {
  /** Mount point of the host's proc file system. */
  readonly procRoot: string
  readonly env: Readonly<Record<string, string | undefined>>
  /**
   * Files that may contain the machine id; the first with a valid one counts. The default is the file of the host's
   * init process (which is the host's even for a probe in a container that shares the host's pid namespace), then those
   * of this file system.
   */
  readonly machineIdPaths?: readonly string[]
}

// What delimits node ids and their tags, and characters that should not appear in a terminal or page.
const UNFIT_FOR_ID = /[;<>\p{Cc}\p{Zs}]/gu
const MAX_NAME_LENGTH = 253

const readTrimmed = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // A missing or unreadable file is normal: the next source is tried.
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
  if (chosen.length > MAX_NAME_LENGTH || chosen.search(UNFIT_FOR_ID) >= 0) {
    throw new Error(
      `SCOPE_HOSTNAME is not usable as a host name: give at most ${MAX_NAME_LENGTH} characters without spaces, control characters, ";", "<" or ">"`,
    )
  }
  return chosen
}

/**
 * The identity of this host: `SCOPE_HOSTNAME` as id and name when it is set, else the host name with `<hostname>~<8 hex
 * digits of SHA-256(machine-id)>` as id, with `-` for characters of the host name that an id must not contain.
 *
 * Many minimal images have no valid machine-id. Then the boot id is used, and the id stays the same only until the next
 * boot. Without that, the id depends on the host name alone.
 *
 * @throws Error when `SCOPE_HOSTNAME` contains characters that an id must not contain, or is too long
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
  return {
    id: `${name.replaceAll(UNFIT_FOR_ID, '-')}~${createHash('sha256').update(machine).digest('hex').slice(0, 8)}`,
    name,
  }
}
