import { rmSync } from 'node:fs'
import { livingRecord } from '../parts/parts.ts'
import { endProcess } from '../parts/processes/end-process.ts'
import { type Member, type Part, parts, removeMember, stateFiles } from '../parts/state-files.ts'
import { Background } from './background.ts'

/** Longer than for a part, because the supervisor first ends both parts. */
const supervisorPatienceMs = 25_000

/**
 * Ends everything that was launched (first with SIGTERM, then with SIGKILL) and deletes its records.
 *
 * @returns the parts that were running
 * @throws CommandError when a process may not be signalled, or does not end
 */
export async function stopAll(stateDir: string): Promise<Part[]> {
  const ran = parts.filter((part) => livingRecord(stateDir, part) !== undefined)
  if (livingRecord(stateDir, 'supervisor')?.stays) {
    await new Background(stateDir).end(parts)
    for (const part of parts) removeMember(stateDir, part)
    return ran
  }
  // The supervisor goes first: it would restart the parts.
  await stopMember(stateDir, 'supervisor', supervisorPatienceMs)
  await Promise.all(parts.map((part) => stopMember(stateDir, part)))
  rmSync(stateFiles.plan(stateDir), { force: true })
  return ran
}

async function stopMember(stateDir: string, member: Member, patienceMs?: number): Promise<void> {
  const record = livingRecord(stateDir, member)
  if (record !== undefined) await endProcess(record, member, patienceMs)
  removeMember(stateDir, member)
}
