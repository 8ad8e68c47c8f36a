import { rmSync } from 'node:fs'
import { endProcess } from '../parts/end-process.ts'
import { livingRecord } from '../parts/parts.ts'
import { forgetMember, type Member, type Part, parts, stateFiles } from '../parts/state-files.ts'

/** The supervisor ends both parts first. */
const supervisorPatienceMs = 25_000

/**
 * Ends all that was launched, and forgets it: first asked, then killed.
 *
 * @returns the parts that ran
 * @throws CommandError when one may not be signalled, or does not go
 */
export async function stopAll(stateDir: string): Promise<Part[]> {
  const ran = parts.filter((part) => livingRecord(stateDir, part) !== undefined)
  // first: what it looks after would else be started again
  await stopMember(stateDir, 'supervisor', supervisorPatienceMs)
  await Promise.all(parts.map((part) => stopMember(stateDir, part)))
  rmSync(stateFiles.plan(stateDir), { force: true })
  return ran
}

async function stopMember(stateDir: string, member: Member, patienceMs?: number): Promise<void> {
  const record = livingRecord(stateDir, member)
  if (record !== undefined) await endProcess(record, member, patienceMs)
  forgetMember(stateDir, member)
}
