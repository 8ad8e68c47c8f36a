import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { type QuietLogin, quietLogin } from '../../support/machine/quiet-login.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { openTerminal, useControl } from '../../support/scope/terminal-client.ts'
import { type ControlStage, openControlStage, printed } from './stage.ts'

const WAIT_MS = EVENTUALLY_MS

describeWith(['root', 'docker'], 'controls of processes and hosts, where the probe allows them', () => {
  let login: QuietLogin
  let stage: ControlStage

  beforeAll(async () => {
    login = quietLogin()
    stage = await openControlStage(['--probe.controls=container,process,host'], login)
  })
  afterAll(async () => {
    await stage?.close()
    login?.remove()
  })

  const ofProcess = (pid: number, control: string) =>
    eventually(
      `${control} of ${pid}`,
      async () => {
        const nodes = await stage.offered({ topology: 'processes', q: `pid:${pid}`, unconnected: 'show' })
        return nodes.flatMap(({ controls }) => controls).find(({ id }) => id === control)
      },
      WAIT_MS,
    )

  it.each([
    ['process_terminate', 'SIGTERM'],
    ['process_kill', 'SIGKILL'],
  ])('%s sends %s', async (control, signal) => {
    const child = spawn('sleep', ['100'])
    try {
      const ended = once(child, 'exit')
      await useControl(stage.access, await ofProcess(child.pid ?? 0, control), control)
      expect(await ended).toEqual([null, signal])
    } finally {
      child.kill()
    }
  })

  it('refuses to signal Scope itself', async () => {
    const pid = await stage.scope.pidOf('app')
    const nodes = await stage.offered({ topology: 'processes', q: `pid:${pid}`, unconnected: 'show' })
    expect(nodes.flatMap(({ controls }) => controls)).toEqual([])
  })

  it('opens a shell of the host, in which nothing of the probe is left', async () => {
    const host = await eventually(
      'a shell of the host',
      async () => {
        const nodes = await stage.offered({ topology: 'hosts' })
        return nodes.flatMap(({ controls }) => controls).find(({ id }) => id === 'host_exec')
      },
      WAIT_MS,
    )
    const shell = await openTerminal(stage.access, host, 'host_exec')
    const shown = printed(shell)
    shell.resize({ columns: 100, rows: 30 })
    shell.type('stty size; tty; pwd; echo pid=$$; env | grep -c SCOPE_\r')
    const [, pid] = await eventually(
      'what the shell says',
      () => /30 100[\s\S]*\/dev\/pts\/\d+[\s\S]*pid=(\d+)[\s\S]*\n0\r/.exec(shown.text) ?? undefined,
    )
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toMatch(/sh\n$/)
    expect(shown.text).toContain(`\r\n${login.home}\r\n`)
    await shell.close()
    await eventually('the shell has ended', () => {
      try {
        readFileSync(`/proc/${pid}/comm`)
        return false
      } catch {
        return true
      }
    })
  })
})
