import '../../messages/without-eval.ts'
import { paintWallet } from '../../ui/wallet/paint-wallet.tsx'

void paintWallet(true)
