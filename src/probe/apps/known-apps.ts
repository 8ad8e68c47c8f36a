import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { PUBLIC_KEY } from '../../report/proof/ed25519.ts'
import { readIfThere, replaceFile } from '../../state/create-once.ts'
import { KnownAppsError } from './known-apps-error.ts'

/** Most names under which keys are kept. */
export const MAX_KNOWN_NAMES = 1000
/** Most apps of one name, and most addresses of one app, that are kept. */
export const MAX_APPS_OF_NAME = 64

const knownAppSchema = z.strictObject({
  key: z.string().regex(PUBLIC_KEY),
  since: z.iso.date(),
  addresses: z.array(z.string().max(45)).max(MAX_APPS_OF_NAME).optional(),
  unproven: z.literal(true).optional(),
})

// Before names could have several apps, each had one.
const appsSchema = z.union([
  z.array(knownAppSchema).min(1).max(MAX_APPS_OF_NAME),
  knownAppSchema.transform((app) => [app]),
])

const documentSchema = z.record(z.string().max(300), appsSchema)

/** An app that has been met. */
export interface KnownApp {
  /** Raw Ed25519 public key, 43 base64url characters. */
  readonly key: string
  /** The day on which it was first met, `2026-05-01`. */
  readonly since: string
  /** The IP addresses at which it proved its key; undefined = every address of the name is its. */
  readonly addresses?: readonly string[] | undefined
  /** Set while it has never proved that it holds the cluster key. */
  readonly unproven?: true | undefined
}

/** The addresses of both; those that were seen last are kept of too many. */
const addressesOf = (one: KnownApp, other: KnownApp): readonly string[] | undefined => {
  if (one.addresses === undefined || other.addresses === undefined) return undefined
  if (other.addresses.every((address) => one.addresses?.includes(address))) return one.addresses
  return [...new Set([...other.addresses, ...one.addresses])].slice(0, MAX_APPS_OF_NAME)
}

const joined = (one: KnownApp, other: KnownApp): KnownApp => {
  const addresses = addressesOf(one, other)
  return {
    key: one.key,
    since: one.since,
    ...(addresses && { addresses }),
    ...(one.unproven && other.unproven && { unproven: true }),
  }
}

/** What is left of an app when another one, which holds the cluster key, is at some of its addresses. */
const besides = (one: KnownApp, { addresses }: KnownApp): readonly KnownApp[] => {
  if (one.addresses === undefined || addresses === undefined) return []
  const left = one.addresses.filter((address) => !addresses.includes(address))
  return left.length === 0 ? [] : [{ ...one, addresses: left }]
}

/**
 * Adds an app to those of its name. One with the same key has all addresses of both. Where it holds the cluster key, it takes the
 * place of those that have never proved to.
 */
export const withApp = (apps: readonly KnownApp[], app: KnownApp): readonly KnownApp[] => {
  const others = apps.flatMap((one) =>
    one.key !== app.key && one.unproven && !app.unproven ? besides(one, app) : [one],
  )
  return others.some(({ key }) => key === app.key)
    ? others.map((one) => (one.key === app.key ? joined(one, app) : one))
    : [...others, app]
}

/**
 * The keys of apps that probes of this state directory have met, by name as asked for (`known-apps.json`). The file is read
 * for each question, so what a command changes counts at once.
 */
export interface KnownApps {
  /**
   * Those of all names.
   *
   * @throws {KnownAppsError} as `find`
   */
  all(): Promise<readonly KnownApp[]>
  /**
   * @param name `host:port`, as `targetOf` gives it
   * @returns empty when none is known
   * @throws {KnownAppsError} when the file exists and cannot be used: the keys in it must not be replaced unnoticed
   */
  find(name: string): Promise<readonly KnownApp[]>
  /**
   * Adds an app, or the addresses of one whose key is known.
   *
   * @throws {KnownAppsError} also when it is full or cannot be written
   */
  add(name: string, app: KnownApp): Promise<void>
  /**
   * Makes an app the only one of its name.
   *
   * @throws {KnownAppsError} as `add`
   */
  replace(name: string, app: KnownApp): Promise<void>
  /**
   * Forgets all keys of one name.
   *
   * @returns how many there were
   * @throws {KnownAppsError}
   */
  forget(name: string): Promise<number>
}

type Document = Map<string, readonly KnownApp[]>

export const createKnownApps = (stateDir: string): KnownApps => {
  const path = join(stateDir, 'known-apps.json')
  /** Changes of one process are made one after another. */
  let changing: Promise<unknown> = Promise.resolve()

  const read = async (): Promise<Document> => {
    try {
      return new Map(Object.entries(documentSchema.parse(JSON.parse((await readIfThere(path)) ?? '{}'))))
    } catch (cause) {
      throw new KnownAppsError(
        `${path} cannot be used: ${cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message}; mend it, or delete it to get to know all apps anew`,
        { cause },
      )
    }
  }
  const write = async (apps: Document): Promise<void> => {
    try {
      await replaceFile(path, `${JSON.stringify(Object.fromEntries(apps), null, 2)}\n`)
    } catch (cause) {
      throw new KnownAppsError(`${path} cannot be written: ${(cause as Error).message}`, { cause })
    }
  }
  const inTurn = <Result>(change: () => Promise<Result>): Promise<Result> => {
    const done = changing.then(change)
    changing = done.catch(() => {})
    return done
  }

  const change = (name: string, to: (apps: readonly KnownApp[]) => readonly KnownApp[]): Promise<void> =>
    inTurn(async () => {
      const all = await read()
      const before = all.get(name) ?? []
      const after = to(before)
      if (isDeepStrictEqual(before, after)) return
      if (all.size >= MAX_KNOWN_NAMES && before.length === 0)
        throw new KnownAppsError(
          `${path} has the apps of ${all.size} names already; forget some with "scope forget-app HOST:PORT"`,
        )
      if (after.length > MAX_APPS_OF_NAME)
        throw new KnownAppsError(
          `${path} has ${before.length} apps of ${name} already; forget them with "scope forget-app ${name}"`,
        )
      await write(all.set(name, after))
    })

  return {
    find: async (name) => (await read()).get(name) ?? [],
    all: async () => [...(await read()).values()].flat(),
    add: (name, app) => change(name, (apps) => withApp(apps, app)),
    replace: (name, app) => change(name, () => [app]),
    forget: (name) =>
      inTurn(async () => {
        const all = await read()
        const count = all.get(name)?.length ?? 0
        if (all.delete(name)) await write(all)
        return count
      }),
  }
}
