import { describeError } from '../../log/log.ts'
import type { ProcessIdentity } from '../parts/processes/process-identity.ts'
import { type AppStatus, hasWritten, readAppStatus } from '../parts/state-files.ts'
import { askApp } from '../tls/ask-app.ts'

const answerLimitMs = 2000

/**
 * Requests the page of a started app. It remembers the last unsuccessful answer, to report it if the page never comes.
 */
export class PageCheck {
  #instead = 'it did not say where it listens'

  /** What the app failed to do. */
  get failure(): string {
    return `did not serve the page (${this.#instead})`
  }

  /** Returns the status of the app that is this process if its page answers, else undefined. */
  async servingApp(stateDir: string, app: ProcessIdentity): Promise<AppStatus | undefined> {
    const status = readAppStatus(stateDir)
    if (status === undefined || !hasWritten(app, status)) return undefined
    try {
      const answer = await askApp(stateDir, status, '/', answerLimitMs)
      if (answer.status === 200) return status
      this.#instead = `${status.localUrl} answered ${answer.status}`
    } catch (error) {
      this.#instead = `${status.localUrl}: ${describeError(error)}`
    }
    return undefined
  }
}
