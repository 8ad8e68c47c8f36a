import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ControlAnswer, ControllablesDocument, OfferedControl } from '../../../src/api/control.ts'
import { type App, startApp } from '../../../src/app/app.ts'
import { readNote } from '../../../src/channel/notes.ts'
import type { Chunk, Exit } from '../../../src/channel/stream.ts'
import { createLogger } from '../../../src/log/log.ts'
import { type JoinedPipe, joinPipe } from '../../../src/pipe/join.ts'
import { type Probe, startProbe } from '../../../src/probe/probe.ts'
import { hostNodeId, processNodeId } from '../../../src/report/ids.ts'
import { token } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { quietLogin } from '../../support/machine/quiet-login.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { takePid } from '../../support/machine/taken-pid.ts'
import { targetsAt } from '../../support/targets-at.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const login = quietLogin()
let stateDir: string
let app: App
let probe: Probe
let hostId: string
let headers: { authorization: string }
const children: ChildProcess[] = []

const url = (): string => `http://127.0.0.1:${app.port}`

const controllables = async (query: string): Promise<ControllablesDocument> =>
  (await (await fetch(`${url()}/api/controls?${query}`, { headers })).json()) as ControllablesDocument

const controlsOn = async (topology: string, nodeId: string): Promise<OfferedControl[]> => {
  const { nodes } = await controllables(`topology=${topology}&unconnected=show&system=all`)
  return nodes.flatMap(({ controls }) => controls).filter((control) => control.nodeId === nodeId)
}

const offeredOn = async (topology: string, nodeId: string): Promise<string[]> =>
  (await controlsOn(topology, nodeId)).map(({ id }) => id)

interface Answer {
  readonly status: number
  readonly body: ControlAnswer & { readonly error?: { readonly code: string; readonly message: string } }
}

const use = async (nodeId: string, control: string, incarnation?: string): Promise<Answer> => {
  const path = `/api/control/${probe.probeId}/${encodeURIComponent(nodeId)}/${control}`
  const query = incarnation === undefined ? '' : `?incarnation=${incarnation}`
  const answer = await fetch(`${url()}${path}${query}`, { method: 'POST', headers })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'scope-controls-'))
  app = await startApp({ address: '127.0.0.1:0', stateDir, windowMs: 15_000, webRoot: tmpdir(), log })
  headers = { authorization: `Bearer ${await token(stateDir)}` }
  probe = await startProbe({
    ...{
      targets: targetsAt([url()]),
      stateDir,
      publishIntervalMs: 1000,
      procRoot: '/proc',
      log,
    },
    ...{ ebpf: false, docker: false, conntrack: false, dns: false },
    controls: ['host', 'process'],
    passwdPath: login.passwdPath,
  })
  hostId = await eventually('the host to offer a shell', async () => {
    const { nodes } = await controllables('topology=hosts')
    return nodes[0]?.id.split(';')[0]
  })
})
afterAll(async () => {
  await probe?.stop()
  await app?.stop()
  for (const child of children) child.kill('SIGKILL')
  await rm(stateDir, { recursive: true, force: true })
  login.remove()
})

/** A process that is on the map. */
const sleeping = async (): Promise<{ child: ChildProcess; id: string }> => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  children.push(child)
  const id = processNodeId(hostId, child.pid ?? 0)
  await eventually('the process to be shown', async () => (await offeredOn('processes', id)).length > 0)
  return { child, id }
}

describe('by way of an app', () => {
  test.each([
    ['process_terminate', 'SIGTERM'],
    ['process_kill', 'SIGKILL'],
  ])('%s ends a process by %s, and is written down', async (control, signal) => {
    const { child, id } = await sleeping()
    const exited = once(child, 'exit')
    expect(await use(id, control)).toEqual({
      status: 200,
      body: { value: `${signal} was sent to sleep (process ${child.pid})` },
    })
    expect(await exited).toEqual([null, signal])
    const entries = async () =>
      (await readFile(join(stateDir, 'probe-audit.log'), 'utf8'))
        .split('\n')
        .filter((line) => line.includes(id) && line.includes(control))
    await eventually('the entry', async () => (await entries()).length > 0)
    expect(await entries()).toHaveLength(1)
  })

  test('a process that has just ended is not signalled', async () => {
    const { child, id } = await sleeping()
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    const { status, body } = await use(id, 'process_kill')
    expect([404, 409]).toContain(status)
    expect(body.error?.code).toMatch(/^(conflict|unknown_node)$/)
  })

  test('the probe itself is not offered, nor signalled', async () => {
    const id = processNodeId(hostId, process.pid)
    expect(await offeredOn('processes', id)).toEqual([])
    const { status, body } = await use(id, 'process_kill')
    expect([status, body.error?.code]).toEqual([409, 'not_offered'])
  })

  test('a shell on the host is joined, and its exit code is told', async () => {
    const { status, body } = await use(hostNodeId(hostId), 'host_exec')
    expect(status).toBe(200)
    expect(body).toMatchObject({ pipe: expect.any(String), raw_tty: true })
    const address = `${url().replace('http', 'ws')}/api/pipe/${body.pipe}`
    const pipe = joinPipe({ connect: (query) => new WebSocket(`${address}?${query}`, { headers }) })
    const { text, exit } = await talk(pipe, 'test -t 0 && echo at a ter""minal; exit 7\n')
    expect(text).toContain('at a terminal\r\n')
    expect(exit).toEqual({ code: 7 })
  })
})

describeWith(['root'], 'a pid that another process gets', () => {
  test('a control that was offered for the one before is not used on it', async () => {
    const { child, id } = await sleeping()
    const pid = child.pid ?? 0
    const killing = async () => (await controlsOn('processes', id)).find((one) => one.id === 'process_kill')
    const shown = await killing()
    expect(shown?.incarnation).toMatch(/^\d+$/)
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    const other = await takePid(pid, ['tail', '-f', '/dev/null'])
    const state = async () => /\((.*)\) (.)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8'))?.slice(1)
    try {
      const now = await eventually('the other process to be shown', async () => {
        const offered = await killing()
        return offered?.incarnation !== shown?.incarnation && offered
      })
      expect(await use(id, 'process_kill', shown?.incarnation)).toEqual({
        status: 409,
        body: {
          error: {
            code: 'conflict',
            message: `the process that was meant has ended; ${id} is another process now`,
          },
        },
      })
      // It lives, asleep or at work.
      expect(await state()).toEqual(['tail', expect.stringMatching(/[SRD]/)])
      const entries = (await readFile(join(stateDir, 'probe-audit.log'), 'utf8')).split('\n')
      expect(entries.some((line) => line.includes(id) && line.includes('"refused"'))).toBe(true)
      expect(await use(id, 'process_kill', now.incarnation)).toMatchObject({ status: 200 })
      await eventually('its end', async () => (await state())?.[1] === 'Z')
    } finally {
      await other.end()
    }
  })
})

/** Types into a shell until it has ended. */
const talk = async (pipe: JoinedPipe, lines: string): Promise<{ text: string; exit: Exit | undefined }> => {
  pipe.write({ lane: 'in', bytes: Buffer.from(lines) } satisfies Chunk)
  const out: Uint8Array[] = []
  let exit: Exit | undefined
  for await (const { lane, bytes } of pipe as AsyncIterable<Chunk>) {
    if (lane === 'out') out.push(bytes)
    const note = lane === 'note' ? readNote(bytes) : undefined
    if (note !== undefined && 'exit' in note) exit = note.exit
  }
  return { text: Buffer.concat(out).toString(), exit }
}
