import { setTimeout as pause } from 'node:timers/promises'
import type { AuditEntry } from '../../api/types.ts'
import type { Faults } from '../../log/faults.ts'
import { describeError } from '../../log/log.ts'
import { ChainFile, type ChainFileOptions } from './chain-file.ts'
import { LockedError } from './writers-lock.ts'

/** What {@link Writer} needs. */
export interface WriterOptions extends ChainFileOptions {
  readonly faults: Faults
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** How long another process that keeps the lock is waited for at the end, when nothing can be written later. */
  readonly lastWaitMs: number
}

/** Entries that wait in memory while the file cannot be written, at most; what comes then is counted. */
const MAX_WAITING = 1000
const RETRY_MS = 2000
const LAST_PAUSE_MS = 20
const PART = 'audit'
const WRITING = 'write the audit log'
const SYNCING = 'bring the audit log to the disk'

/**
 * Writes entries at once, and tries again while that fails, as on a full disk. What has to be given up then is counted, and the
 * number is written once writing works again.
 *
 * An entry is with the kernel when {@link write} returns, so a crash of this process loses none; then it is brought to the disk in
 * the background (fdatasync), so a loss of power can cost those of the last moment.
 */
export class Writer {
  readonly #options: WriterOptions
  readonly #file: ChainFile
  readonly #waiting: AuditEntry[] = []
  #lost = 0
  #why = ''
  #retry: NodeJS.Timeout | undefined
  #syncing: Promise<void> | undefined
  #unsynced = false

  constructor(options: WriterOptions) {
    this.#options = options
    this.#file = new ChainFile(options)
  }

  write(entry: AuditEntry): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(entry)
    else this.#lost += 1
    if (this.#retry === undefined) this.#flush()
  }

  /**
   * Tries once more to write what waits, for some seconds while another process keeps the lock, and closes the file. An entry that
   * comes later opens it again.
   */
  async stop(): Promise<void> {
    const { lastWaitMs } = this.#options
    let left = this.#waiting.length
    let untilMs = performance.now() + lastWaitMs
    while (this.#flush() instanceof LockedError) {
      // What has been written meanwhile shows that the other lets go of it.
      if (this.#waiting.length < left) untilMs = performance.now() + lastWaitMs
      if (performance.now() >= untilMs) break
      left = this.#waiting.length
      await pause(LAST_PAUSE_MS)
    }
    clearTimeout(this.#retry)
    this.#retry = undefined
    const given = this.#waiting.length + this.#lost
    if (given > 0)
      this.#options.faults.happened(PART, 'write all entries before the end', new Error(`${given} are lost`))
    while (this.#syncing !== undefined) await this.#syncing
    this.#file.close()
  }

  /** @returns why not all was written */
  #flush(): unknown {
    clearTimeout(this.#retry)
    this.#retry = undefined
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        this.#file.append(next)
        this.#waiting.shift()
        this.#unsynced = true
      }
      this.#tellLost()
    } catch (error) {
      this.#why = describeError(error)
      const extent = `${this.#waiting.length} entries wait, ${this.#lost} are lost`
      this.#options.faults.failed(PART, WRITING, new Error(`${this.#why} (${extent})`))
      this.#retry = setTimeout(() => this.#flush(), RETRY_MS)
      this.#retry.unref()
      return error
    }
    this.#options.faults.worked(PART, WRITING)
    this.#sync()
    return undefined
  }

  #tellLost(): void {
    if (this.#lost === 0) return
    this.#file.append({
      ...{ at: new Date(this.#options.nowMs()).toISOString(), who: '', from: '', action: 'audit-lost' },
      ...{ result: 'failed', reason: `could not be written: ${this.#why}` },
      ...(this.#lost > 1 ? { count: this.#lost } : {}),
    })
    this.#lost = 0
  }

  #sync(): void {
    if (!this.#unsynced || this.#syncing !== undefined) return
    this.#unsynced = false
    const { faults } = this.#options
    this.#syncing = this.#file
      .sync()
      .then(
        () => void faults.worked(PART, SYNCING),
        (error) => faults.failed(PART, SYNCING, error),
      )
      .finally(() => {
        this.#syncing = undefined
        this.#sync()
      })
  }
}
