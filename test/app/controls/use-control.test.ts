import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import { clusterKey, token } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { containerId, containerNode, control, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { openTestChannel, type TestChannel } from '../../support/scope/test-channel.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
let probe: TestProbe
let channel: TestChannel
let authorization: string

beforeAll(async () => {
  app = await startTestApp()
  authorization = `Bearer ${await token(app.stateDir)}`
  probe = await connectTestProbe(app)
  await probe.post(
    report({
      intervalMs: 60_000,
      controls: [control('docker_stop_container', { label: 'Stop' }), control('docker_start_container')],
      nodes: [
        containerNode('alpha', 'web', {
          controls: ['docker_stop_container'],
          facts: { [facts.containerPrivileged]: false, [facts.containerMounts]: [] },
        }),
      ],
    }),
  )
})
afterAll(() => app.remove())
beforeEach(async () => {
  const opened = await openTestChannel({
    url: app.url,
    probeId: probe.probeId,
    key: probe.key,
    epoch: probe.epoch,
    clusterKey: await clusterKey(app.stateDir),
    number: ++channels,
  })
  if ('status' in opened) throw new Error(`refused: ${opened.code}`)
  channel = opened
})
afterEach(() => channel.socket.terminate())
let channels = 0

const use = async (id: string, body?: object, node = containerId('web')) => {
  const path = `/api/control/${probe.probeId}/${encodeURIComponent(node)}/${id}`
  const { status, text } = await ask(app.url, {
    method: 'POST',
    path,
    headers: { authorization },
    ...(body && { body }),
  })
  return { status, body: JSON.parse(text) }
}
const order = () => eventually('the order', () => channel.orders[0])

describe('using a control', () => {
  it('has the probe do it, and answers what came of it', async () => {
    const used = use('docker_stop_container', { signal: 'HUP' })
    const { number, method, params, person } = await order()
    channel.answer({ id: number, result: { message: 'stopped' } })
    expect(await used).toEqual({ status: 200, body: { value: 'stopped' } })
    expect({ method, params, person }).toEqual({
      method: 'control',
      params: { control: 'docker_stop_container', nodeId: containerId('web'), args: { signal: 'HUP' } },
      person: 'token',
    })
  })

  it('takes no body for no arguments', async () => {
    const used = use('docker_stop_container')
    const { number, params } = await order()
    channel.answer({ id: number, result: {} })
    expect(await used).toEqual({ status: 200, body: {} })
    expect(params).toMatchObject({ args: {} })
  })
})
