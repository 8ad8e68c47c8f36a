import { execFileSync, spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OfferedControl } from '../../../src/api/control.ts'
import { processNodeId } from '../../../src/report/ids.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type ControlStage, openControlStage } from './stage.ts'

const PASSWORD = 'correct horse battery'

describeWith(['root', 'docker'], 'who may use controls', () => {
  let stage: ControlStage
  let plain: OfferedControl
  let reaching: OfferedControl

  const ask = async (
    { probeId, nodeId, id }: OfferedControl,
    authorization?: string,
    args: Readonly<Record<string, string>> = {},
  ) => {
    const path = ['api', 'control', probeId, nodeId, id].map(encodeURIComponent).join('/')
    const response = await fetch(`${stage.scope.url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify(args),
    })
    const body = (await response.json()) as { error?: { code: string }; pipe?: string }
    return { status: response.status, code: body.error?.code, pipe: body.pipe }
  }
  const basic = (name: string) => `Basic ${Buffer.from(`${name}:${PASSWORD}`).toString('base64')}`
  const command = { command: JSON.stringify(['/bin/busybox', 'cat']), tty: 'true' }

  beforeAll(async () => {
    stage = await openControlStage()
    for (const role of ['viewer', 'operator', 'admin'])
      execFileSync('./scope', ['user', 'add', `a-${role}`, `--role=${role}`], {
        input: `${PASSWORD}\n`,
        env: { ...process.env, SCOPE_STATE_DIR: stage.scope.stateDir },
      })
    plain = await stage.control(await stage.docker.run('plain'), 'docker_exec_container')
    reaching = await stage.control(
      await stage.docker.run('reaching', ['--pid', 'host']),
      'docker_exec_container',
    )
  })
  afterAll(() => stage?.close())

  it('not who only sees, by the kernel or as a viewer', async () => {
    expect(await ask(plain)).toMatchObject({ status: 403, code: 'sign_in' })
    expect(await ask(plain, basic('a-viewer'))).toMatchObject({ status: 403, code: 'forbidden' })
  })

  it('an operator, but not in a container that reaches its host; an admin there, too', async () => {
    expect(await ask(plain, basic('a-operator'), command)).toMatchObject({ status: 200 })
    expect(await ask(reaching, basic('a-operator'), command)).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
    expect(await ask(reaching, basic('a-admin'), command)).toMatchObject({ status: 200 })
  })

  it('nobody else looks at a pipe that one has opened', async () => {
    const { pipe } = await ask(plain, basic('a-operator'), command)
    const check = async (authorization: string) =>
      (await fetch(`${stage.scope.url}/api/pipe/${pipe}/check`, { headers: { authorization } })).status
    expect(await check(basic('a-operator'))).toBe(204)
    expect(await check(basic('a-admin'))).toBe(404)
    expect(await check(`Bearer ${stage.access.token}`)).toBe(404)
  })

  it('nobody what the probe does not allow, whatever its id', async () => {
    const child = spawn('sleep', ['100'])
    try {
      const [{ hostId } = { hostId: '' }] = await stage.scope.get<{ hostId: string }[]>('/api/probes')
      const nodeId = processNodeId(hostId, child.pid ?? 0)
      await eventually('the process on the map', async () => {
        const { nodes } = await stage.scope.view('processes', '?unconnected=show&system=all')
        return nodes[nodeId]
      })
      const kill = { ...plain, nodeId, id: 'process_kill' }
      expect(await ask(kill, basic('a-admin'))).toMatchObject({ status: 404, code: 'unknown_control' })
      // The probe has this one, but not for processes.
      const stop = { ...kill, id: 'docker_stop_container' }
      expect(await ask(stop, basic('a-admin'))).toMatchObject({ status: 409, code: 'not_offered' })
      expect(child.exitCode ?? child.signalCode).toBeNull()
    } finally {
      child.kill()
    }
  })

  it('and each refusal is in the audit log, with who and why', async () => {
    await eventually('both in the audit log', async () => {
      const { stdout } = await stage.scope.scope('audit', '-n', '200')
      return /a-viewer.*refused/.test(stdout) && /a-operator.*docker_exec_container.*refused/.test(stdout)
    })
  })
})
