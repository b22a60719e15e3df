const api = (v) => new Promise((r) => setTimeout(() => r(v), 5));
async function fetchData() {
  const res = await api('response');
  const data = await api(res + ' as json');
  console.log(data);
}
fetchData();
console.log('meanwhile');
