import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { verifyChain } from '../../src/audit/files/verify.ts'
import { eventually } from '../app/start-test-app.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { done, type LogDir, newLogDir } from './log-in-dir.ts'

describeWith(['root'], 'on a full disk', () => {
  let log: LogDir
  let mounted: string
  beforeEach(async () => {
    log = await newLogDir()
    mounted = dirname(log.path)
    mkdirSync(mounted)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'none', mounted])
  })
  afterEach(async () => {
    execFileSync('umount', ['--lazy', mounted])
    await log.remove()
  })

  it('no half line stays, and no entry is lost once there is room again', async () => {
    const audit = log.open()
    audit.record(done('anna'))
    const { bfree, bsize } = statfsSync(mounted)
    writeFileSync(`${mounted}/filler`, Buffer.alloc(bfree * bsize))
    // The page that the file ends in has room for some more.
    for (let i = 0; i < 100; i++) audit.record(done(`user${i}`))
    expect(log.faults.of('audit')[0]?.reason).toMatch(
      /^failed to write the audit log: .*\(\d+ entries wait, 0 are lost\)$/,
    )
    expect(readFileSync(log.path, 'utf8')).toMatch(/\n$/)
    expect(verifyChain(log.path)).toMatchObject({ breaks: [], tornBytes: 0 })
    rmSync(`${mounted}/filler`)
    await eventually(() => expect(log.faults.of('audit')).toEqual([]))
    await audit.stop()
    expect(verifyChain(log.path)).toMatchObject({ entries: 101, breaks: [], told: [], tornBytes: 0 })
  })
})
