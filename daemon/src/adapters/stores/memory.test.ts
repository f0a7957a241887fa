import { storeContract } from '../../ports/store.contract.ts'
import { memory } from './memory.ts'

storeContract('memory', { open: async () => memory() })
