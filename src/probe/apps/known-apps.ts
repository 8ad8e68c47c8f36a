import { join } from 'node:path'
import * as z from 'zod'
import { PUBLIC_KEY } from '../../report/proof/ed25519.ts'
import { readIfThere, replaceFile } from '../../state/create-once.ts'

/** Most apps whose keys are kept. */
export const MAX_KNOWN_APPS = 1000

const knownAppSchema = z.strictObject({
  key: z.string().regex(PUBLIC_KEY),
  since: z.iso.date(),
  /** Set while the app has never proved that it holds the cluster key. */
  unproven: z.literal(true).optional(),
})

const documentSchema = z.record(z.string().max(300), knownAppSchema)

/** The key of an app that has been met, and the day of that. */
export type KnownApp = z.infer<typeof knownAppSchema>

/** Thrown when `known-apps.json` cannot be used. The message says why, and what to do. */
export class KnownAppsError extends Error {
  override readonly name = 'KnownAppsError'
}

/**
 * The keys of apps that probes of this state directory have met, by address (`known-apps.json`). The file is read for each
 * question, so what a command changes counts at once.
 */
export interface KnownApps {
  /** @throws {KnownAppsError} when the file exists and cannot be used: the keys in it must not be replaced unnoticed */
  find(target: string): Promise<KnownApp | undefined>
  /** @throws {KnownAppsError} also when it is full or cannot be written */
  add(target: string, app: KnownApp): Promise<void>
  /**
   * Forgets the key of one address.
   *
   * @returns false when there was none
   * @throws {KnownAppsError}
   */
  forget(target: string): Promise<boolean>
}

export const createKnownApps = (stateDir: string): KnownApps => {
  const path = join(stateDir, 'known-apps.json')
  /** Changes of one process are made one after another. */
  let changing: Promise<unknown> = Promise.resolve()

  const read = async (): Promise<Map<string, KnownApp>> => {
    try {
      return new Map(Object.entries(documentSchema.parse(JSON.parse((await readIfThere(path)) ?? '{}'))))
    } catch (cause) {
      throw new KnownAppsError(
        `${path} cannot be used: ${cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message}; mend it, or delete it to get to know all apps anew`,
        { cause },
      )
    }
  }
  const write = async (apps: ReadonlyMap<string, KnownApp>): Promise<void> => {
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

  return {
    find: async (target) => (await read()).get(target),
    add: (target, app) =>
      inTurn(async () => {
        const apps = await read()
        if (apps.size >= MAX_KNOWN_APPS && !apps.has(target))
          throw new KnownAppsError(
            `${path} has the keys of ${apps.size} apps already; forget some with "scope forget-app HOST:PORT"`,
          )
        await write(apps.set(target, app))
      }),
    forget: (target) =>
      inTurn(async () => {
        const apps = await read()
        if (!apps.delete(target)) return false
        await write(apps)
        return true
      }),
  }
}
