import './dialogs.css'

export { ArgumentsDialog } from './arguments-dialog.tsx'
export { BatchDialog } from './batch-dialog.tsx'
export { ConfirmDialog } from './confirm-dialog.tsx'
export { NodeMenu } from './node-menu.tsx'
