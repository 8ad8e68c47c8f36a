import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ControlAnswer } from '../../../src/api/control.ts'
import { openSession } from '../../../src/cli/control/session/open-session.ts'
import { CommandError } from '../../../src/cli/options/usage-error.ts'
import { InterruptedError } from '../../../src/cli/terminal/interrupt.ts'
import { offered } from './controllable.ts'

const control = offered('docker_exec_container')
const tell = (text: string) => expect.fail(`it tells: ${text}`)

/** An app of which the test gives the answer. */
const playedApp = () => {
  const answer = Promise.withResolvers<ControlAnswer>()
  const ended: string[] = []
  return {
    answer,
    ended,
    use: async (_control: unknown, _args: unknown, signal: AbortSignal) => {
      const gaveUp = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
      return Promise.race([answer.promise, gaveUp])
    },
    endPipe: async (pipe: string) => void ended.push(pipe),
  }
}

describe('a session that is being opened', () => {
  it('is as the app answers', async () => {
    const app = playedApp()
    app.answer.resolve({ pipe: 'its-id', raw_tty: true })
    const signal = new AbortController().signal
    expect(await openSession({ app, signal, tell }, control, {})).toEqual({ pipe: 'its-id', raw_tty: true })
    expect(app.ended).toEqual([])
  })

  it('is ended when the command was interrupted before the answer came', async () => {
    const app = playedApp()
    const { signal, abort } = interruptible()
    const opened = openSession({ app, signal, tell }, control, {})
    opened.catch(() => undefined)
    abort()
    await pause(20)
    app.answer.resolve({ pipe: 'its-id' })
    await expect(opened).rejects.toThrow(InterruptedError)
    expect(app.ended).toEqual(['its-id'])
  })

  it('is waited for only a moment', async () => {
    const app = playedApp()
    const { signal, abort } = interruptible()
    const opened = openSession({ app, signal, tell }, control, {}, 20)
    abort()
    await expect(opened).rejects.toThrow(InterruptedError)
    expect(app.ended).toEqual([])
  })

  it('is not asked for when the command was interrupted before', async () => {
    const app = playedApp()
    const { signal, abort } = interruptible()
    abort()
    app.answer.resolve({ pipe: 'its-id' })
    await expect(openSession({ app, signal, tell }, control, {})).rejects.toThrow(InterruptedError)
    expect(app.ended).toEqual([])
  })

  it('may be one that the app can no longer be told to end', async () => {
    const { answer, use } = playedApp()
    const told: string[] = []
    const endPipe = async () => Promise.reject(new CommandError('the app does not answer'))
    const { signal, abort } = interruptible()
    const opened = openSession(
      { app: { use, endPipe }, signal, tell: (text) => told.push(text) },
      control,
      {},
    )
    abort()
    answer.resolve({ pipe: 'its-id' })
    await expect(opened).rejects.toThrow(InterruptedError)
    expect(told).toEqual(['the app does not answer; it is ended within a minute'])
  })

  it('is not there when the app refuses it', async () => {
    const app = playedApp()
    app.answer.reject(new CommandError('it does not run'))
    const signal = new AbortController().signal
    await expect(openSession({ app, signal, tell }, control, {})).rejects.toThrow('it does not run')
  })
})

const interruptible = () => {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort(new InterruptedError('SIGTERM')) }
}
