import { describeError } from '../../log/log.ts'
import { type AppStatus, readAppStatus } from '../parts/state-files.ts'
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

  /** Returns the status of the app with this pid if its page answers, else undefined. */
  async servingApp(stateDir: string, pid: number): Promise<AppStatus | undefined> {
    const status = readAppStatus(stateDir)
    if (status?.pid !== pid) return undefined
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
