// Async methods: of an instance, of a class, one that calls another, one handed on as a
// callback.
class Account {
  constructor(balance) {
    this.balance = balance;
  }
  static async open(balance) {
    await null;
    return new this(balance);
  }
  async pay(amount) {
    console.log('pay', amount, 'of', this.balance);
    if (amount > (await this.read())) throw new Error('too little');
    this.balance -= amount;
    return this.balance;
  }
  async read() {
    return this.balance;
  }
}
async function main() {
  const account = await Account.open(10);
  const pay = (amount) => account.pay(amount);
  console.log(await Promise.all([3, 4].map(pay)));
  setTimeout(pay, 1, 1);
  await new Promise((r) => setTimeout(r, 20));
  try {
    await account.pay(5);
  } catch (e) {
    console.log(e.message, await account.read());
  }
}
main();
