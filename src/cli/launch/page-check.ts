import { describeError } from '../../log/log.ts'
import { token } from '../../state/state-dir.ts'
import { type AppStatus, readAppStatus } from '../parts/state-files.ts'

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
    const authorization = `Bearer ${await token(stateDir)}`
    try {
      const answer = await fetch(status.localUrl, {
        headers: { authorization },
        signal: AbortSignal.timeout(answerLimitMs),
      })
      await answer.body?.cancel()
      if (answer.ok) return status
      this.#instead = `${status.localUrl} answered ${answer.status}`
    } catch (error) {
      this.#instead = `${status.localUrl}: ${describeError(error)}`
    }
    return undefined
  }
}
