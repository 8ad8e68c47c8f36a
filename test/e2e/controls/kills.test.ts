import { afterAll, beforeAll, expect, it } from 'vitest'
import { channelLimits } from '../../../src/report/channel.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Terminal, viewPipe } from '../../support/scope/terminal-client.ts'
import { type ControlStage, openControlStage, printed } from './stage.ts'

const BUSYBOX = '/bin/busybox'
/** Programs end with their terminal, at the latest after what a hang-up and then a kill take. */
const ENDS_WITHIN_MS = 40_000
/** Each waits for several of these. */
const LIMIT_MS = 240_000
const HUNDRED = 100

describeWith(['root', 'docker'], 'terminals, of which an end dies', () => {
  let stage: ControlStage
  let id: string
  let seconds = 5000

  beforeAll(async () => {
    stage = await openControlStage()
    id = await stage.docker.run('survivor')
  })
  afterAll(() => stage?.close())

  /** A terminal in which a program runs, of which there is no other. */
  const openWithProgram = async () => {
    const argument = `${seconds++}`
    const terminal = await stage.exec(id, [BUSYBOX, 'sh'])
    const shown = printed(terminal)
    const runs = async () => (await stage.processesOf(id)).some((line) => line.includes(`sleep ${argument}`))
    terminal.type(`${BUSYBOX} sleep ${argument}\r`)
    await eventually('the program runs', runs)
    return { terminal, shown, runs }
  }

  it('end with a container that is killed, and say so', async () => {
    const other = await stage.docker.run('victim')
    const terminal = await stage.exec(other, [BUSYBOX, 'sh'])
    await stage.docker.docker('kill', other)
    const { exit, reason } = await terminal.ended
    expect(exit ?? reason).toBeDefined()
    // The app lets go of it once whoever looked at it has closed the connection.
    await eventually('404', async () => {
      const seen = await viewPipe(stage.access, terminal.id).then(
        () => 'it is there still',
        (error: unknown) => String(error),
      )
      if (seen.includes('404')) return true
      throw new Error(seen)
    })
  })

  it('end when the app is killed, with what ran in them; a new app opens new ones', {
    timeout: LIMIT_MS,
  }, async () => {
    const { terminal, runs } = await openWithProgram()
    process.kill(await stage.scope.pidOf('app'), 'SIGKILL')
    await terminal.ended
    await eventually('the program has ended', async () => !(await runs()), ENDS_WITHIN_MS)
    const again = await eventually('another terminal', () => stage.exec(id, [BUSYBOX, 'cat']), 60_000)
    await again.close()
  })

  it('end when the probe is killed, and say so; the next probe ends what ran in them', {
    timeout: LIMIT_MS,
  }, async () => {
    const { terminal, runs } = await openWithProgram()
    process.kill(await stage.scope.pidOf('probe'), 'SIGKILL')
    expect((await terminal.ended).reason).toMatch(/probe/)
    await eventually('the program has ended', async () => !(await runs()), ENDS_WITHIN_MS)
    const again = await eventually('another terminal', () => stage.exec(id, [BUSYBOX, 'cat']), 60_000)
    await again.close()
  })

  it('end in order when Scope is stopped, with what ran in them', async () => {
    const { terminal, runs } = await openWithProgram()
    await stage.scope.scope('stop')
    await terminal.ended
    await eventually('the program has ended', async () => !(await runs()), ENDS_WITHIN_MS)
    await stage.scope.launch()
  })
})

describeWith(['root', 'docker'], 'a hundred terminals', () => {
  let stage: ControlStage

  beforeAll(async () => {
    stage = await openControlStage()
  })
  afterAll(() => stage?.close())

  it('answer, each its own, and go together', { timeout: LIMIT_MS }, async () => {
    const id = await stage.docker.run('busy')
    const shells: Terminal[] = []
    // Whoever asks while as many controls are under way as may be is turned away when it waits for too long.
    while (shells.length < HUNDRED) {
      const length = Math.min(channelLimits.concurrentControls, HUNDRED - shells.length)
      shells.push(...(await Promise.all(Array.from({ length }, () => stage.exec(id, [BUSYBOX, 'cat'])))))
    }
    const shown = shells.map(printed)
    for (const [i, shell] of shells.entries()) shell.type(`number ${i} of all\r`)
    for (const [i, text] of shown.entries())
      await eventually(`terminal ${i}`, () => text.text.includes(`number ${i} of all`))
    for (const [i, text] of shown.entries())
      expect(new Set(text.text.match(/number \d+ of all/g))).toEqual(new Set([`number ${i} of all`]))
    await Promise.all(shells.map((shell) => shell.close()))
    await eventually(
      'nothing is left of them',
      async () => !(await stage.processesOf(id)).some((line) => line.includes('cat')),
      ENDS_WITHIN_MS,
    )
  })
})
