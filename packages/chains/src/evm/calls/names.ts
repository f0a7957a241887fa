import { selector } from './method.ts'

/**
 * Functions that people meet and whose effect is not read here. A name is only a hint: four bytes
 * of a hash can be of another function as well.
 */
const signatures = [
  // Wrapped coins, vaults (EIP-4626), staking.
  'deposit()',
  'deposit(uint256)',
  'deposit(uint256,address)',
  'withdraw(uint256)',
  'withdraw(uint256,address,address)',
  'redeem(uint256,address,address)',
  'mint(uint256,address)',
  'mint(address,uint256)',
  'mint(uint256)',
  'burn(uint256)',
  'burnFrom(address,uint256)',
  'submit(address)',
  'stake(uint256)',
  'unstake(uint256)',
  'claim()',
  'getReward()',
  'exit()',
  // Uniswap 2, 3, universal router.
  'swapExactTokensForTokens(uint256,uint256,address[],address,uint256)',
  'swapTokensForExactTokens(uint256,uint256,address[],address,uint256)',
  'swapExactETHForTokens(uint256,address[],address,uint256)',
  'swapETHForExactTokens(uint256,address[],address,uint256)',
  'swapExactTokensForETH(uint256,uint256,address[],address,uint256)',
  'swapTokensForExactETH(uint256,uint256,address[],address,uint256)',
  'addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)',
  'addLiquidityETH(address,uint256,uint256,uint256,address,uint256)',
  'removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)',
  'exactInput((bytes,address,uint256,uint256,uint256))',
  'exactInput((bytes,address,uint256,uint256))',
  'exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
  'exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))',
  'exactOutput((bytes,address,uint256,uint256,uint256))',
  'exactOutput((bytes,address,uint256,uint256))',
  'exactOutputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
  'exactOutputSingle((address,address,uint24,address,uint256,uint256,uint160))',
  'mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))',
  'increaseLiquidity((uint256,uint256,uint256,uint256,uint256,uint256))',
  'decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))',
  'collect((uint256,address,uint128,uint128))',
  'unwrapWETH9(uint256,address)',
  'sweepToken(address,uint256,address)',
  'refundETH()',
  'execute(bytes,bytes[])',
  'execute(bytes,bytes[],uint256)',
  // Aave 3, Compound.
  'supply(address,uint256,address,uint16)',
  'withdraw(address,uint256,address)',
  'borrow(address,uint256,uint256,uint16,address)',
  'repay(address,uint256,uint256,address)',
  'supply(address,uint256)',
  'withdraw(address,uint256)',
  'redeem(uint256)',
  // Permissions and authorisations of others.
  'permit(address,uint256,uint256,uint8,bytes32,bytes32)',
  'permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)',
  'invalidateUnorderedNonces(uint256,uint256)',
  'transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)',
  'transferAndCall(address,uint256,bytes)',
  'approveAndCall(address,uint256,bytes)',
  'acceptOwnership()',
  'initialize()',
  'delegate(address)',
  'castVote(uint256,uint8)',
  // Safe: a hash that is approved hides its transaction.
  'approveHash(bytes32)',
  'signMessage(bytes)',
  'setup(address[],uint256,address,bytes,address,address,uint256,address)',
  'createProxyWithNonce(address,bytes,uint256)',
  'installModule(uint256,address,bytes)',
  // Accounts (EIP-4337) and Seaport.
  'handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)',
  'incrementCounter()',
  'fulfillBasicOrder((address,uint256,uint256,address,address,address,uint256,uint256,uint8,uint256,uint256,bytes32,uint256,bytes32,bytes32,uint256,(uint256,address)[],bytes))',
  'fulfillOrder(((address,address,(uint8,address,uint256,uint256,uint256)[],(uint8,address,uint256,uint256,uint256,address)[],uint8,uint256,uint256,bytes32,uint256,bytes32,uint256),bytes),bytes32)',
  'fulfillAdvancedOrder(((address,address,(uint8,address,uint256,uint256,uint256)[],(uint8,address,uint256,uint256,uint256,address)[],uint8,uint256,uint256,bytes32,uint256,bytes32,uint256),uint120,uint120,bytes,bytes),(uint256,uint8,uint256,uint256,bytes32[])[],bytes32,address)',
  'cancel((address,address,(uint8,address,uint256,uint256,uint256)[],(uint8,address,uint256,uint256,uint256,address)[],uint8,uint256,uint256,bytes32,uint256,bytes32,uint256)[])',
] as const

/** By the first four bytes, as a number. */
export const names: ReadonlyMap<number, string> = new Map(
  signatures.map((signature) => [selector(signature), signature]),
)
