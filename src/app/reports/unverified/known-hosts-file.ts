import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { errorCode } from '../../../log/error-code.ts'
import type { Faults } from '../../../log/faults.ts'
import { replaceFile } from '../../../state/create-once.ts'
import { KnownHosts, type MaxKnownHosts } from './known-hosts.ts'

const documentSchema = z.record(
  z.string().max(1024),
  z.strictObject({
    probe: z.string().regex(/^[0-9a-f]{16}$/),
    verified: z.boolean(),
    seen: z.iso.date(),
  }),
)

/** Thrown when `known-hosts.json` cannot be used. The message says why, and what to do. */
export class KnownHostsError extends Error {
  override readonly name = 'KnownHostsError'
}

/** Path of the file, in the directory of the app (see `ensureAppDir`). */
export const knownHostsPath = (directory: string): string => join(directory, 'known-hosts.json')

/**
 * Reads the hosts that are known.
 *
 * @throws {KnownHostsError} when the file exists and cannot be used: what is in it must not be replaced unnoticed
 */
export const readKnownHosts = (path: string, max?: MaxKnownHosts): KnownHosts => {
  try {
    return new KnownHosts(Object.entries(documentSchema.parse(JSON.parse(readFileSync(path, 'utf8')))), max)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return new KnownHosts([], max)
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message
    throw new KnownHostsError(
      `${path} cannot be used: ${why}; mend it, or delete it to get to know all hosts anew`,
      {
        cause,
      },
    )
  }
}

/** Replaces the file. @throws {KnownHostsError} */
export const writeKnownHosts = async (path: string, hosts: KnownHosts): Promise<void> => {
  try {
    await replaceFile(path, `${JSON.stringify(Object.fromEntries(hosts.entries), null, 1)}\n`)
  } catch (cause) {
    throw new KnownHostsError(`${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

/** What {@link KnownHostsFile} needs. */
export interface KnownHostsFileOptions {
  readonly path: string
  readonly max?: MaxKnownHosts
  readonly faults: Faults
  /** Monotonic, in ms. */
  readonly nowMs: () => number
}

const LOOK_MS = 500
const SAVE_MS = 2000
const FAULT = 'hosts'
const READING = 'read known-hosts.json (no unverified probe is taken)'
const WRITING = 'write known-hosts.json (which probe a host belongs to is forgotten when the app ends)'

/** The hosts that an app knows, kept in a file. What a command changes in it counts within a moment. */
export class KnownHostsFile {
  readonly #options: KnownHostsFileOptions
  #hosts: KnownHosts | undefined
  #identity: string | undefined
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #saving: Promise<void> = Promise.resolve()

  constructor(options: KnownHostsFileOptions) {
    this.#options = options
  }

  /** The hosts; undefined while the file cannot be used. */
  get hosts(): KnownHosts | undefined {
    const nowMs = this.#options.nowMs()
    if (nowMs - this.#lookedAtMs < LOOK_MS) return this.#hosts
    this.#lookedAtMs = nowMs
    const identity = identityOf(this.#options.path)
    if (identity === this.#identity) return this.#hosts
    this.#identity = identity
    try {
      this.#hosts = readKnownHosts(this.#options.path, this.#options.max)
      this.#options.faults.worked(FAULT, READING)
    } catch (error) {
      this.#hosts = undefined
      this.#options.faults.failed(FAULT, READING, error)
    }
    return this.#hosts
  }

  /** Call when the hosts have changed: they are written soon. */
  changed(): void {
    this.#timer ??= setTimeout(() => void this.#save(), SAVE_MS)
  }

  /** Writes what is not written yet. */
  async stop(): Promise<void> {
    if (this.#timer !== undefined) void this.#save()
    await this.#saving
  }

  #save(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#saving = this.#saving.then(() => this.#write())
    return this.#saving
  }

  async #write(): Promise<void> {
    const { path, faults } = this.#options
    // What a command has just changed is not overwritten; reports that go on coming are remembered again.
    this.#lookedAtMs = Number.NEGATIVE_INFINITY
    const { hosts } = this
    if (hosts === undefined) return
    try {
      await writeKnownHosts(path, hosts)
      this.#identity = identityOf(path)
      faults.worked(FAULT, WRITING)
    } catch (error) {
      faults.failed(FAULT, WRITING, error)
    }
  }
}

const identityOf = (path: string): string => {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true })
    return `${ino} ${mtimeNs} ${size}`
  } catch {
    // It is not there; whatever else is wrong with it, reading it tells.
    return ''
  }
}
