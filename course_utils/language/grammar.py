"""The grammar of the dialogues that the course makes itself: what can be said in four settings, in English and Chinese.

:mod:`.dialogues` is what one uses; this module holds words, facts and templates. ``{…}`` in a template is a slot.
"""

from dataclasses import dataclass, field

__all__ = ["CHINESE", "ENGLISH", "SETTINGS", "Language"]

SETTINGS = ("table", "way", "course", "small talk")


@dataclass(frozen=True)
class Language:
    """What one language needs: the values of each slot, the facts of the little town and of the course, the templates.

    Attributes:
        code: "en" or "zh".
        values: slot → its values; those of one place in the two languages mean the same where they are facts.
        leave, arrive, beside: a place's number → how one leaves it, how one gets to it, what it is next to.
        topics: what each stage is about, in the order of the stages.
        problems: (what a test says, what to do) pairs.
        patterns: slot → regular expression that finds its values in a reply; ``{values}`` stands for all of them.
        say: name of a move → ways to say it. A bot's move has one way or two, a user's has several.
        unknown: (templates, fillers): questions that the bot can't answer; the last fifth of each is for testing only.
    """

    code: str
    values: dict[str, tuple[str, ...]]
    leave: tuple[str, ...]
    arrive: tuple[str, ...]
    beside: tuple[str, ...]
    topics: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    patterns: dict[str, str]
    say: dict[str, tuple[str, ...]]
    unknown: tuple[tuple[str, ...], tuple[str, ...]]
    bits: dict[str, str] = field(default_factory=dict)


ENGLISH = Language(
    code="en",
    values={
        "people": ("two", "three", "four", "five", "six", "seven", "eight", "nine"),
        "day": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        "time": ("12:00", "12:30", "13:00", "18:00", "18:30", "19:00", "19:30", "20:00", "20:30", "21:00"),
        "name": (
            "chen", "wang", "li", "zhang", "liu", "zhao", "smith", "garcia", "okafor", "novak",
            "silva", "kim", "tanaka", "rossi", "brown", "haddad", "ivanov", "singh", "murphy", "larsen",
        ),
        "place": (
            "station", "library", "museum", "hospital", "market", "park", "theatre", "school", "bank", "harbour",
            "stadium", "cinema",
        ),
        "stage": tuple(map(str, range(1, 11))),
        "exercise": tuple(map(str, range(1, 7))),
        "hobby": (
            "swimming", "singing", "painting", "chess", "running", "cooking", "reading", "dancing", "hiking",
            "photography",
        ),
    },
    leave=(
        "walk down mill street", "go up the hill", "cross the square", "follow the river", "take the stairs down",
        "go through the gate", "walk along the wall", "take king street", "pass the old town hall",
        "walk along the water", "take bus 4 for two stops", "go straight on",
    ),
    arrive=(
        "turn left at the fountain", "turn right at the lights", "cross the bridge", "take the second street",
        "turn left at the church", "walk to the end of the road", "turn right at the tower", "go under the arch",
        "take the first street", "keep left for ten minutes", "follow the signs", "turn right after the bakery",
    ),
    beside=(
        "opposite the hotel", "behind the oak", "next to the baker", "on your left", "under the clock",
        "behind the fence", "next to the café", "on your right", "opposite the statue", "at the end of the pier",
        "behind the pool", "above the shops",
    ),
    topics=(
        "networks by hand", "three ways to program", "convolutions", "finding objects", "memory and sequences",
        "encoders and decoders", "forgers and judges", "games and rewards", "friends and graphs", "attention",
    ),
    problems=(
        ("the shape is wrong", "print the shape after each line"),
        ("the sign is turned round", "look for a minus that is missing"),
        ("there is no value", "look whether it has a return"),
        ("a factor is missing", "try it with two numbers on paper"),
        ("it takes too long", "replace the loop by one product"),
    ),
    patterns={
        "people": r"\b({values})\b(?! stops)",
        "day": r"\b({values})\b",
        "time": r"({values})",
        "name": r"\b({values})\b",
        "start": r"\bfrom the ({values})\b",
        "place": r"(?<!from the )\b({values})\b",
        "stage": r"\bstage ({values})\b",
        "exercise": r"\bexercise ({values})\b",
        "hobby": r"\b({values})\b",
    },
    bits={"people": " for {people}", "day": " on {day}", "time": " at {time}"},
    say={
        "hello": ("hello.", "hi.", "good morning.", "good evening.", "hello there."),
        "hello back": ("hello! how can i help you?",),
        "table open": (
            "i would like to book a table{bits}.", "can i have a table{bits}, please?", "a table{bits}, please.",
            "do you have a table{bits}?", "we need a table{bits}.",
        ),
        "ask people": ("for how many people?", "how many of you will come?"),
        "ask day": ("on which day?", "which day would you like?"),
        "ask time": ("at what time?", "what time would you like?"),
        "ask time on day": ("on {day}, good. at what time?",),
        "tell people": ("{people}.", "for {people}.", "we are {people}.", "{people} of us."),
        "tell day": ("{day}.", "on {day}.", "{day}, please.", "this {day}."),
        "tell time": ("{time}.", "at {time}.", "{time}, please.", "around {time}."),
        "ask name": ("{day} at {time} is free. what is your name?",),
        "tell name": ("{name}.", "my name is {name}.", "it is {name}.", "{name}, please."),
        "confirm": ("a table for {people} on {day} at {time}, for {name}. is that right?",),
        "yes": ("yes.", "yes, that is right.", "exactly.", "perfect, thank you.", "right."),
        "change day": ("no, on {day}, please.", "sorry, i meant {day}.", "can we make it {day} instead?"),
        "change time": ("no, at {time}, please.", "sorry, i meant {time}.", "can we make it {time} instead?"),
        "change people": ("no, we are {people}.", "sorry, i meant {people} people."),
        "changed": ("no problem: {day} at {time}, for {people}. is that right?",),
        "booked": ("it is booked. see you on {day}, {name}!",),
        "way open": (
            "how do i get to the {place}?", "where is the {place}, please?", "i am looking for the {place}.",
            "which way is the {place}?",
        ),
        "way open both": (
            "how do i get from the {start} to the {place}?", "i am at the {start}. where is the {place}?",
            "what is the way to the {place} from the {start}?",
        ),
        "ask start": ("to the {place}? where are you now?",),
        "tell start": ("i am at the {start}.", "at the {start}.", "next to the {start}.", "i am coming from the {start}."),
        "way": ("from the {start} to the {place}: {leave}, then {arrive}. it is {beside}.",),
        "thanks": ("thank you.", "thanks a lot.", "that is kind of you.", "great, thank you."),
        "enjoy": ("you are welcome. enjoy the {place}!",),
        "and back": ("and how do i get back?", "what is the way back?"),
        "course open": (
            "i am stuck in exercise {exercise} of stage {stage}.", "can you help me with stage {stage}, exercise {exercise}?",
            "exercise {exercise} in stage {stage} is too hard.", "i don't understand stage {stage}, exercise {exercise}.",
        ),
        "ask problem": ("stage {stage} is about {topic}. what does the test of exercise {exercise} say?",),
        "tell problem": ("it says that {problem}.", "{problem}.", "that {problem}, it says."),
        "advice": ("then {remedy} in exercise {exercise}.",),
        "works": ("now it works!", "it works now, thanks.", "that was it, thank you."),
        "well done": ("well done! stage {stage} has more for you.",),
        "ask topic": ("what is stage {stage} about?", "tell me about stage {stage}.", "what do i learn in stage {stage}?"),
        "topic": ("stage {stage} is about {topic}.",),
        "i am": ("hi, i am {name}.", "hello, my name is {name}.", "i am {name}, and you?", "{name} is my name."),
        "nice": ("nice to meet you, {name}. what do you like to do?",),
        "i like": ("i like {hobby}.", "{hobby}, most of all.", "i love {hobby}.", "on free days, {hobby}."),
        "how often": ("{hobby} is a fine thing, {name}. on which day do you do it?",),
        "fun": ("{hobby} on {day} sounds like fun.",),
        "bye": ("bye.", "goodbye.", "see you.", "i have to go now."),
        "bye back": ("goodbye, {name}, and enjoy the {hobby}!",),
        "unknown": ("sorry, i don't know that. i can book a table, show you the way, or help with the course.",),
    },
    unknown=(
        (
            "who is the president of {x}?", "what is the capital of {x}?", "how many people live in {x}?",
            "what does {x} cost?", "who invented {x}?", "can you sell me {x}?", "what colour is {x}?",
            "how old is {x}?", "do you have news about {x}?", "what do you think of {x}?", "please write a poem about {x}.",
            "translate {x} into french.", "how is the weather in {x}?", "what is {x} in chemistry?", "play me {x}.",
            "how do i repair {x}?", "why is {x} so famous?", "when was {x} built?", "is {x} dangerous?",
            "how heavy is {x}?", "how far away is {x}?", "can i eat {x}?", "who owns {x}?", "send {x} to my office.",
            "where can one buy {x}?", "what is the history of {x}?", "does {x} make noise?", "how fast is {x}?",
            "draw {x} for me.", "is there a film about {x}?", "what do people say about {x}?", "how does {x} work?",
            "tell me a joke about {x}.", "who takes care of {x}?", "is {x} made of wood?", "what is inside {x}?",
            "do children like {x}?", "what is the price of {x}?", "have you ever seen {x}?", "why do people need {x}?",
        ),
        (
            "france", "the moon", "brazil", "a bicycle", "the internet", "gold", "a piano", "kenya", "an elephant",
            "the parliament", "my car", "a rocket", "japan", "the ocean", "a telescope", "football", "peru", "a volcano",
            "the radio", "silver", "my neighbour", "canada", "a washing machine", "the opera", "a dinosaur", "egypt",
            "the stock market", "a violin", "norway", "a tiger", "the pyramids", "oxygen", "a camera", "vietnam",
            "the sun", "a submarine", "iceland", "a honey bee", "the telephone", "mount everest", "a parrot", "chile",
            "a compass", "the desert", "a trumpet", "butter", "a castle", "finland", "the government", "a wheel", "salt",
            "a helicopter", "the jungle", "a mirror", "cuba", "a spider", "the equator", "a candle", "copper", "ghana",
            "a dictionary", "the election", "a comet", "rubber", "a lighthouse", "morocco", "a tractor", "the alphabet",
            "a shark", "glass", "an umbrella", "thunder", "a drum", "poland", "an orchid", "the newspaper", "a glacier",
            "steel", "a ladder", "austria", "a dolphin", "the calendar", "a robot", "coffee", "a microscope", "nepal",
        ),
    ),
)  # fmt: skip

CHINESE = Language(
    code="zh",
    values={
        "people": ("两位", "三位", "四位", "五位", "六位", "七位", "八位", "九位"),
        "day": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期天"),
        "time": ("十二点", "十二点半", "一点", "六点", "六点半", "七点", "七点半", "八点", "八点半", "九点"),
        "name": (
            "陈", "王", "李", "张", "刘", "赵", "孙", "周", "吴", "郑", "林", "何", "高", "罗", "梁", "宋", "唐", "许", "韩", "冯",
        ),
        "place": ("车站", "图书馆", "博物馆", "医院", "市场", "公园", "剧院", "学校", "银行", "港口", "体育场", "电影院"),
        "stage": tuple(map(str, range(1, 11))),
        "exercise": tuple(map(str, range(1, 7))),
        "hobby": ("游泳", "唱歌", "画画", "下棋", "跑步", "做饭", "看书", "跳舞", "爬山", "摄影"),
    },
    leave=(
        "沿磨坊路走", "上山", "穿过广场", "顺着河走", "下楼梯", "穿过大门", "沿着城墙走", "走国王路", "经过旧市政厅", "沿着水边走",
        "坐4路车两站", "一直走",
    ),
    arrive=(
        "在喷泉左转", "在红绿灯右转", "过桥", "走第二条街", "在教堂左转", "走到路的尽头", "在塔右转", "从拱门下面走", "走第一条街",
        "靠左走十分钟", "跟着路牌走", "过了面包店右转",
    ),
    beside=(
        "在旅馆对面", "在橡树后面", "在面包师旁边", "在左边", "在大钟下面", "在围栏后面", "在咖啡馆旁边", "在右边", "在雕像对面",
        "在码头尽头", "在泳池后面", "在商店楼上",
    ),
    topics=(
        "手写网络", "三种编程方式", "卷积", "找物体", "记忆和序列", "编码和解码", "伪造者和裁判", "游戏和奖励", "朋友和图", "注意力",
    ),
    problems=(
        ("形状不对", "在每一行后面打印形状"),
        ("符号反了", "找一找少了的负号"),
        ("没有值", "看看有没有返回"),
        ("少了一个因子", "在纸上用两个数试试"),
        ("太慢了", "把循环换成一个乘积"),
    ),
    patterns={
        "people": r"({values})",
        "day": r"({values})",
        "time": r"({values})",
        "name": r"({values})(?=先生)",
        "start": r"从({values})",
        "place": r"(?<!从)({values})",
        "stage": r"第({values})章",
        "exercise": r"第({values})题",
        "hobby": r"({values})",
    },
    bits={"people": "{people}", "day": "{day}", "time": "{time}"},
    say={
        "hello": ("你好。", "您好。", "早上好。", "晚上好。"),
        "hello back": ("你好！有什么可以帮您？",),
        "table open": ("我想订{bits}的桌子。", "请给我订{bits}的桌子。", "有{bits}的桌子吗？"),
        "ask people": ("一共几位？",),
        "ask day": ("星期几？",),
        "ask time": ("几点？",),
        "ask time on day": ("{day}，好的。几点？",),
        "tell people": ("{people}。", "我们{people}。", "一共{people}。"),
        "tell day": ("{day}。", "{day}吧。", "这个{day}。"),
        "tell time": ("{time}。", "{time}吧。", "{time}左右。"),
        "ask name": ("{day}{time}有空位。您贵姓？",),
        "tell name": ("我姓{name}。", "免贵姓{name}。", "姓{name}。"),
        "confirm": ("{day}{time}，{people}，{name}先生，对吗？",),
        "yes": ("对。", "是的。", "没错，谢谢。"),
        "change day": ("不，是{day}。", "对不起，我是说{day}。", "可以改到{day}吗？"),
        "change time": ("不，是{time}。", "对不起，我是说{time}。", "可以改到{time}吗？"),
        "change people": ("不，我们{people}。", "对不起，我是说{people}。"),
        "changed": ("没问题：{day}{time}，{people}，对吗？",),
        "booked": ("订好了。{day}见，{name}先生！",),
        "way open": ("请问{place}怎么走？", "{place}在哪里？", "我在找{place}。"),
        "way open both": ("从{start}到{place}怎么走？", "我在{start}，{place}怎么走？"),
        "ask start": ("去{place}？您现在在哪里？",),
        "tell start": ("我在{start}。", "在{start}。", "在{start}旁边。"),
        "way": ("从{start}到{place}：{leave}，再{arrive}，就{beside}。",),
        "thanks": ("谢谢。", "多谢。", "太好了，谢谢你。"),
        "enjoy": ("不客气，祝您在{place}愉快！",),
        "and back": ("回来怎么走？", "那怎么回来？"),
        "course open": ("我在第{stage}章第{exercise}题卡住了。", "第{stage}章的第{exercise}题太难了。", "第{exercise}题我不懂，第{stage}章的。"),
        "ask problem": ("第{stage}章讲{topic}。第{exercise}题的测试怎么说？",),
        "tell problem": ("它说{problem}。", "{problem}。"),
        "advice": ("那就在第{exercise}题里{remedy}。",),
        "works": ("现在对了！", "可以了，谢谢。"),
        "well done": ("很好！第{stage}章还有别的题。",),
        "ask topic": ("第{stage}章讲什么？", "说说第{stage}章。"),
        "topic": ("第{stage}章讲{topic}。",),
        "i am": ("你好，我姓{name}。", "我姓{name}，你呢？"),
        "nice": ("很高兴认识您，{name}先生。您喜欢做什么？",),
        "i like": ("我喜欢{hobby}。", "最喜欢{hobby}。", "{hobby}。"),
        "how often": ("{hobby}很好，{name}先生。您星期几去？",),
        "fun": ("{day}{hobby}，真有意思。",),
        "bye": ("再见。", "我走了。", "回头见。"),
        "bye back": ("再见，{name}先生，祝您{hobby}愉快！",),
        "unknown": ("对不起，这个我不知道。我可以订桌子、指路，或者帮您学课程。",),
    },
    unknown=(
        (
            "{x}的总统是谁？", "{x}的首都在哪里？", "{x}多少钱？", "谁发明了{x}？", "{x}是什么颜色？", "{x}有多大？",
            "你觉得{x}怎么样？", "{x}的天气好吗？", "{x}有多重？", "怎么修{x}？", "哪里能买到{x}？", "{x}危险吗？", "为什么{x}这么有名？",
            "{x}有多远？", "给我画一个{x}。", "有关于{x}的新闻吗？", "{x}是谁的？", "{x}里面有什么？", "小孩喜欢{x}吗？", "{x}是怎么来的？",
        ),
        (
            "法国", "月亮", "自行车", "钢琴", "黄金", "大象", "火箭", "日本", "足球", "望远镜", "海洋", "恐龙", "老虎", "潜水艇",
            "蜜蜂", "电话", "太阳", "埃及", "相机", "沙漠", "灯塔", "玻璃", "鲨鱼", "雨伞", "咖啡", "冰川", "巴西", "镜子", "直升机", "蜘蛛",
            "指南针", "机器人", "海豚", "日历", "梯子",
        ),
    ),
)  # fmt: skip
