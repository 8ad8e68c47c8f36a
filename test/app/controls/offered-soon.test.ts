import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import { token } from '../../../src/state/state-dir.ts'
import { EVENTUALLY_MS } from '../../support/eventually.ts'
import { containerId, containerNode, control, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { addUsers, basic } from '../sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

const START = 'docker_start_container'
const EXEC = 'docker_exec_container'

/** Two containers and what each offers. */
const told = ({ web = [] as string[], db = [] as string[], isPrivileged = false } = {}) =>
  report({
    intervalMs: 60_000,
    controls: [
      control(START, { label: 'Start' }),
      control(EXEC, { label: 'Exec shell', opens: 'terminal', enters: true }),
    ],
    nodes: [
      containerNode('alpha', 'web', { controls: web }),
      containerNode('alpha', 'db', {
        controls: db,
        facts: { [facts.containerPrivileged]: isPrivileged, [facts.containerMounts]: [] },
      }),
    ],
  })

let app: TestApp
let probe: TestProbe
let bearer: string

beforeAll(async () => {
  // A busy machine may take long to report what a node offers by now.
  app = await startTestApp({ limits: { controls: { offeredWithinMs: EVENTUALLY_MS } } })
  await addUsers(app, ['operator'])
  bearer = `Bearer ${await token(app.stateDir)}`
  probe = await connectTestProbe(app)
  await probe.post(told())
})
afterAll(() => app.remove())

const use = async (id: string, name: string, authorization = bearer) => {
  const path = `/api/control/${probe.probeId}/${encodeURIComponent(containerId(name))}/${id}`
  const { status, text } = await ask(app.url, { method: 'POST', path, headers: { authorization } })
  return { status, body: JSON.parse(text) }
}

describe('a control', () => {
  it('that the node does not offer yet is used once it does, within a moment', async () => {
    const { uses, close } = await probe.serve({ [START]: () => ({}) })
    const used = use(START, 'web')
    await probe.post(told({ web: [START] }))
    expect(await used).toEqual({ status: 200, body: {} })
    expect(uses).toHaveLength(1)
    close()
  })

  it('that the node does not offer yet is used by nobody who may not once it does', async () => {
    const { uses, close } = await probe.serve({ [EXEC]: () => ({}) })
    const used = use(EXEC, 'db', basic('operator'))
    await probe.post(told({ db: [EXEC], isPrivileged: true }))
    expect(await used).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
    expect(uses).toEqual([])
    close()
  })
})
