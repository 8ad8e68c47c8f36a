// The program that `scope launch` leaves in the background. In plain JavaScript, so that no compiler is loaded for it: what
// it imports comes out of the compile cache.
import { superviseAndExit } from './supervise-and-exit.ts'

await superviseAndExit(process.argv[2] ?? '')
