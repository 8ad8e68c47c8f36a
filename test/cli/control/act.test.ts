import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ControlAnswer } from '../../../src/api/control.ts'
import { actOn, codeOf, type NodeResult, resultText } from '../../../src/cli/control/act/act.ts'
import { confirm, impactText, needsConfirmation } from '../../../src/cli/control/act/confirm.ts'
import { RefusedError } from '../../../src/cli/control/app/client.ts'
import type { Target } from '../../../src/cli/control/targets/find.ts'
import { CommandError, UsageError } from '../../../src/cli/options/usage-error.ts'
import { nodeOf, offered } from './controllable.ts'

const target = (label: string, more: Parameters<typeof offered>[1] = {}): Target => ({
  node: nodeOf({ label, clients: { open: 3, total: 2, names: ['cart', 'curl'] } }),
  control: offered('docker_stop_container', { nodeId: label, ...more }),
})

const never = new AbortController().signal

describe('a control on several nodes', () => {
  const run = async (
    targets: readonly Target[],
    use: (nodeId: string, signal: AbortSignal) => Promise<ControlAnswer>,
    signal = never,
  ) => {
    const seen: string[] = []
    const results = await actOn(targets, {
      verb: 'stop',
      args: {},
      app: { use: ({ nodeId }, _args, given) => use(nodeId, given) },
      signal,
      onResult: ({ label }) => seen.push(label),
    })
    return { results, seen }
  }

  it('gives a result for each, in order, as they come', async () => {
    const { results, seen } = await run([target('slow'), target('fast')], async (nodeId) => {
      if (nodeId === 'slow') await pause(30)
      return nodeId === 'fast' ? { value: 'done so' } : {}
    })
    expect(results.map(({ label, ok, message }) => [label, ok, message])).toEqual([
      ['slow', true, undefined],
      ['fast', true, 'done so'],
    ])
    expect(seen).toEqual(['fast', 'slow'])
    expect(codeOf(results)).toBe(0)
  })

  it('fails as a whole when one fails, and does the others', async () => {
    const { results } = await run([target('a'), target('b')], async (nodeId) => {
      if (nodeId === 'a') throw new RefusedError(409, 'not_offered', 'it does not run')
      return {}
    })
    expect(results[0]).toMatchObject({
      ok: false,
      error: { code: 'not_offered', message: 'it does not run' },
    })
    expect(results[1]).toMatchObject({ ok: true })
    expect(codeOf(results)).toBe(1)
  })

  it('is not asked for where it is refused', async () => {
    const asked: string[] = []
    const { results } = await run([target('a', { refused: 'only an admin may' })], async (nodeId) => {
      asked.push(nodeId)
      return {}
    })
    expect(asked).toEqual([])
    expect(results[0]).toMatchObject({ ok: false, error: { message: 'only an admin may' } })
  })

  it('uses no more than a few at once', async () => {
    let now = 0
    let most = 0
    await run(
      Array.from({ length: 30 }, (_, index) => target(`n${index}`)),
      async () => {
        most = Math.max(most, ++now)
        await pause(5)
        now--
        return {}
      },
    )
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(8)
  })

  it('is given up at once', async () => {
    const giveUp = new AbortController()
    const running = run(
      [target('a')],
      (_nodeId, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('closed')))),
      giveUp.signal,
    )
    giveUp.abort(new Error('Ctrl+C'))
    await expect(running).rejects.toThrow('Ctrl+C')
  })

  it('does not take a fault of this program for an answer', async () => {
    const fault = run([target('a')], async () => {
      throw new TypeError('a bug')
    })
    await expect(fault).rejects.toThrow(TypeError)
  })
})

describe('what is told of a result', () => {
  const result: NodeResult = { id: 'x', label: 'web', probeId: 'p', nodeId: 'n', control: 'c', ok: true }

  it.each([
    [result, 'stopped container web'],
    [{ ...result, label: 'w\x1b[2J', message: 'it\x07' }, 'stopped container w\\x1b[2J: it\\x07'],
    [
      { ...result, ok: false, error: { code: 'x', message: 'no\x1b' } },
      'container web was not stopped: no\\x1b',
    ],
  ])('%j', (given, text) => {
    expect(resultText('stop', given)).toBe(text)
  })
})

describe('before something ends', () => {
  const destructive = target('web', { confirmation: 'Stop this container?' })

  it('is told what it hits and who is connected', () => {
    expect(impactText('stop', [destructive, target('cart-1')])).toBe(
      [
        '2 containers will be stopped:',
        '  web     minor: 2 clients are connected now (3 connections): cart, curl',
        '  cart-1  minor: 2 clients are connected now (3 connections): cart, curl',
      ].join('\n'),
    )
  })

  it('only what has something to confirm is asked for', () => {
    expect(needsConfirmation([target('a')])).toBe(false)
    expect(needsConfirmation([target('a'), destructive])).toBe(true)
  })

  const terminal = (isTTY = true) => {
    const input = Object.assign(new PassThrough(), { isTTY })
    const output = Object.assign(new PassThrough(), { isTTY })
    return { input, output, text: () => String(output.read() ?? '') }
  }

  it.each(['y', 'Y', 'yes', ' yes '])('one agrees with %j', async (answer) => {
    const there = terminal()
    const asked = confirm('stop', [destructive], there, never)
    there.input.write(`${answer}\n`)
    await asked
    const text = there.text()
    expect(text).toContain('1 container will be stopped')
    expect(text).toContain('Stop this container? [y/N]')
  })

  it.each(['', 'n', 'no', 'yeah', 'q'])('one does not agree with %j', async (answer) => {
    const there = terminal()
    const asked = confirm('stop', [destructive], there, never)
    there.input.write(`${answer}\n`)
    await expect(asked).rejects.toThrow('nothing was done')
  })

  it('one does not agree by Ctrl+C, by the end of input, or by a signal', async () => {
    const keys = terminal()
    const first = confirm('stop', [destructive], keys, never)
    keys.input.write('\x03')
    await expect(first).rejects.toThrow(CommandError)
    const closed = terminal()
    const second = confirm('stop', [destructive], closed, never)
    closed.input.end()
    await expect(second).rejects.toThrow('nothing was done')
    const signalled = new AbortController()
    const third = confirm('stop', [destructive], terminal(), signalled.signal)
    signalled.abort(new Error('SIGTERM'))
    await expect(third).rejects.toThrow('SIGTERM')
  })

  it('nobody is asked where there is no terminal', async () => {
    await expect(confirm('stop', [destructive], terminal(false), never)).rejects.toThrow(UsageError)
    await expect(confirm('stop', [destructive], terminal(false), never)).rejects.toThrow(/web .*--yes/s)
  })
})
